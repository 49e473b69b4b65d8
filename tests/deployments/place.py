"""A project that is registered, and what the server has of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import yaml

from blocks import MigrationProject
from deployments import register
from skyflytt.project.secrets import FileSecrets

SECRETS = {
    "mailboxes.anna.source": "granris-8841",
    "mailboxes.anna.target": "tallkotte-2207",
    "servers.handover": "nysnö-1932",
}


def project_file(name: str) -> dict[str, Any]:
    return {
        "project": name,
        "time_zone": "Europe/Stockholm",
        "customer": {
            "name": "Fjäll & Fors AB",
            "language": "sv",
            "contacts": [{"name": "Åsa Fors", "email": "asa@fjallfors.example", "role": "owner"}],
        },
        "contract": {
            "provider": "Gamla Molnet AB",
            "notice_given": date(2026, 8, 8),
            "notice": {"rule": "started-months", "months": 2},
            "retrieval_days": 3,
            "erasure_days": 7,
        },
        "servers": {
            "old-mail": {"kind": "imap", "host": "mail.old.example"},
            "new-mail": {"kind": "imap", "host": "mail.new.example", "security": "starttls"},
            "handover": {"kind": "ftps", "host": "drop.example", "accounts_dir": "drop"},
            "disk": {"kind": "local", "root": "disk"},
        },
        "mailboxes": [
            {
                "name": "anna",
                "source": {"server": "old-mail", "login": "anna@fjallfors.example"},
                "target": {"server": "new-mail", "login": "anna@fjallfors.example"},
            }
        ],
        "drops": [{"name": "handover", "server": "handover", "days": 3}],
    }


class Place:
    """A project file and a secrets file."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name, self.file, self.secrets_file = name, folder / f"{name}.yaml", folder / f"{name}.secrets.json"
        self.workspace = folder / "workspace"
        self.write(project_file(name))
        self.write_secrets(SECRETS)

    def write(self, project: Mapping[str, Any]) -> None:
        self.file.write_text(yaml.safe_dump(dict(project), allow_unicode=True))

    def write_secrets(self, secrets: Mapping[str, str]) -> None:
        self.secrets_file.write_text(json.dumps(secrets))
        self.secrets_file.chmod(0o600)

    def register(self) -> MigrationProject:
        return register.register_blocks(self.file, self.workspace, FileSecrets(self.secrets_file))

    def changed(self, **sections: Any) -> None:
        """Write the project file anew, with these sections in place of its own."""
        self.write({**project_file(self.name), **sections})


def documents(calls: httpx.Client, place: Place) -> dict[str, dict[str, Any]]:
    """The project's blocks as the API shows them to anybody who does not ask for secrets."""
    found = calls.post("/block_documents/filter", json={"limit": 200}).raise_for_status().json()
    return {one["name"]: one for one in found if one["name"].startswith(place.name)}


def deployments(calls: httpx.Client, project: str) -> dict[str, dict[str, Any]]:
    """By the flow's name, without what workers change."""
    query = {"deployments": {"name": {"any_": [project]}}}
    found = calls.post("/deployments/filter", json=query).raise_for_status().json()
    moving = {"status", "last_polled"}
    return {one["tags"][1]: {key: one[key] for key in one if key not in moving} for one in found}
