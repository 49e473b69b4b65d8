"""Registering a project: its blocks and deployments, made once and brought up to date every other time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from pydantic import SecretStr

from blocks import FtpsDrop, MailboxServer, MigrationProject
from deployments import register
from deployments.stack import api, server, worker
from deployments.stack.place import project_root
from flows.advance import advance
from flows.approve import approve
from flows.check_connection import check_connection
from flows.start_step import FLOWS
from flows.step import step
from skyflytt.project.secrets import FILE_VARIABLE, FileSecrets

pytestmark = pytest.mark.prefect

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


@pytest.fixture
def calls(prefect_harness: server.Server) -> Iterator[httpx.Client]:
    with api.client(prefect_harness.home, prefect_harness.url, timeout_s=30.0) as client:
        yield client


@pytest.fixture
def place(prefect_harness: server.Server, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    return Place(tmp_path, request.node.name.replace("test_", "").replace("_", "-")[:40].strip("-"))


@pytest.fixture(scope="module")
def deployed(prefect_harness: server.Server) -> None:
    """The deployments of prefect.yaml, as `make up` applies them."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=worker.POOL, type="process"), overwrite=True)
    assert worker.deploy(prefect_harness)


def documents(calls: httpx.Client, place: Place) -> dict[str, dict[str, Any]]:
    """The project's blocks as the API shows them to anybody who does not ask for secrets."""
    found = calls.post("/block_documents/filter", json={"limit": 200}).raise_for_status().json()
    return {one["name"]: one for one in found if one["name"].startswith(place.name)}


def deployments(calls: httpx.Client, project: str) -> dict[str, dict[str, Any]]:
    """By the flow's name, without what changes by itself."""
    query = {"deployments": {"name": {"any_": [project]}}}
    found = calls.post("/deployments/filter", json=query).raise_for_status().json()
    moving = {"updated", "status", "last_polled"}
    return {one["tags"][1]: {key: one[key] for key in one if key not in moving} for one in found}


def test_every_server_and_the_project_get_their_block(place: Place, calls: httpx.Client) -> None:
    place.register()

    found = documents(calls, place)
    assert set(found) == {place.name, *(f"{place.name}-{name}" for name in ("old-mail", "new-mail", "handover"))}
    assert found[place.name]["data"] == {
        "file": str(place.file),
        "workspace": str(place.workspace),
        "ledger_url": None,
        "clock_file": None,
    }
    assert [value for value in SECRETS.values() if value in json.dumps(found, ensure_ascii=False)] == []
    assert MailboxServer.load(f"{place.name}-old-mail").secrets("old-mail") == {
        "mailboxes.anna.source": SECRETS["mailboxes.anna.source"]
    }
    assert FtpsDrop.load(f"{place.name}-handover").secrets("handover") == {
        "servers.handover": SECRETS["servers.handover"]
    }


def test_a_second_time_changes_nothing(place: Place, calls: httpx.Client, deployed: None) -> None:
    names = register.register_deployments(place.register())
    before, deployments_before = documents(calls, place), deployments(calls, place.name)
    assert set(deployments_before) == {*FLOWS, advance.name, approve.name, check_connection.name, step.name}
    assert sorted(names) == sorted(f"{flow}/{place.name}" for flow in deployments_before)

    assert register.register_deployments(place.register()) == names

    after = documents(calls, place)
    assert {name: (one["id"], one["data"]) for name, one in after.items()} == {
        name: (one["id"], one["data"]) for name, one in before.items()
    }
    assert deployments(calls, place.name) == deployments_before


def test_deployments_are_those_of_prefect_yaml_with_the_project_filled_in(
    place: Place, calls: httpx.Client, deployed: None
) -> None:
    project = place.register()
    register.register_deployments(project)

    generic = deployments(calls, register.GENERIC)
    for flow, own in deployments(calls, place.name).items():
        assert own["parameters"] == {"project": {"$ref": {"block_document_id": str(project._block_document_id)}}}
        assert own["tags"] == ["skyflytt", flow, place.name]
        assert own["enforce_parameter_schema"] is True
        for key in ("description", "entrypoint", "pull_steps", "work_pool_name", "concurrency_options", "flow_id"):
            assert own[key] == generic[flow][key], key
        limits = [
            one["global_concurrency_limit"] and one["global_concurrency_limit"]["limit"] for one in (own, generic[flow])
        ]
        assert limits[0] == limits[1]


def test_a_changed_password_and_setting_reach_the_blocks(place: Place, calls: httpx.Client) -> None:
    place.register()
    ids = {name: one["id"] for name, one in documents(calls, place).items()}
    changed = project_file(place.name)
    changed["servers"]["old-mail"]["host"] = "mail2.old.example"
    place.write(changed)
    place.write_secrets({**SECRETS, "mailboxes.anna.source": "vargtass-5519"})
    place.register()

    block = MailboxServer.load(f"{place.name}-old-mail")
    assert block.secrets("old-mail") == {"mailboxes.anna.source": "vargtass-5519"}
    assert block.host == "mail2.old.example"
    assert {name: one["id"] for name, one in documents(calls, place).items()} == ids


def test_secrets_that_only_the_blocks_have_stay(place: Place) -> None:
    """Somebody enters them in the UI, and registers a changed project file without having any secret at hand."""
    place.register()
    own = MigrationProject.load(place.name)
    own.ledger_url = SecretStr("postgresql+psycopg://skyflytt:lingon-6120@db.example/ledger")
    own.save(place.name, overwrite=True)
    place.write_secrets({"mailboxes.anna.target": "tallkotte-2208"})
    again = place.register()

    assert MailboxServer.load(f"{place.name}-old-mail").secrets("old-mail") == {
        "mailboxes.anna.source": SECRETS["mailboxes.anna.source"]
    }
    assert MailboxServer.load(f"{place.name}-new-mail").secrets("new-mail") == {
        "mailboxes.anna.target": "tallkotte-2208"
    }
    assert FtpsDrop.load(f"{place.name}-handover").secrets("handover") == {
        "servers.handover": SECRETS["servers.handover"]
    }
    assert again.ledger_url == own.ledger_url


def test_paths_are_absolute_so_that_a_worker_elsewhere_finds_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.file.parent)
    block = register.register_blocks(
        Path(place.file.name), Path("workspace"), FileSecrets(place.secrets_file), clock_file=Path("clock")
    )
    folder = place.file.parent
    assert (block.file, block.workspace) == (str(place.file), str(folder / "workspace"))
    assert block.clock_file == str(folder / "clock")


def test_the_command_names_what_it_made(
    place: Place, deployed: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(place.secrets_file))
    assert register.main([str(place.file)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"Block: {place.name} ({place.file})"
    assert f"Deployment: export/{place.name}" in told
    generic = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert [line.partition(":")[0] for line in told[1:]] == ["Deployment"] * len(generic)


def test_a_project_file_with_errors_is_told_and_nothing_is_made(
    place: Place, calls: httpx.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(place.secrets_file))
    place.write({**project_file(place.name), "time_zone": "Europe/Stokholm"})
    assert register.main([str(place.file)]) == 2
    assert f"{place.file}:" in capsys.readouterr().err
    assert documents(calls, place) == {}
