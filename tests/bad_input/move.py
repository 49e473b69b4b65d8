"""A small move over the sandbox's real servers, whose project file and secrets a test makes wrong, and then right again."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.deadline.clock import FileClock
from skyflytt.drop.rows import DropState, drop_row
from skyflytt.errors.base import Failure
from skyflytt.ledger.passes import Account
from skyflytt.phase import archive_mailbox, move_mailbox, move_share
from skyflytt.phase.drops import fill_and_open
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.load import load_project
from skyflytt.project.secrets import FileSecrets
from skyflytt.sandbox import project_file
from skyflytt.sandbox.company.people import INFO
from skyflytt.sandbox.state import Sandbox

Change = Callable[[dict[str, Any]], None]
MORNING = datetime.fromisoformat("2026-08-08T09:00:00+02:00")
MAILBOX, SHARE, DROP, FOLDER = INFO.key, "mallar", "handover", "company/Mallar"
MESSAGES, LEFT_BEHIND = 63, 9


@dataclass
class Move:
    """One mailbox and one folder of a share, to a place of their own at the new provider."""

    sandbox: Sandbox
    folder: Path
    workspace: Path

    @property
    def name(self) -> str:
        return f"flytt-{zlib.crc32(str(self.folder).encode()):08x}"

    @property
    def target(self) -> Path:
        """Where the share arrives, on the new provider's disk."""
        return self.sandbox.root / "new-files" / "company" / self.name

    def run(self, act: Callable[[Migration], Any], change: Change | None = None, **secrets: str) -> Any:
        """Open the move anew, as another process would, and do something in it."""
        project = load_project(self.write(change))
        keys = FileSecrets(self.write_secrets({name.replace("__", "."): value for name, value in secrets.items()}))
        with open_migration(project, self.workspace, keys, self.clock) as migration:
            return act(migration)

    def fails(self, code: str, act: Callable[[Migration], Any], change: Change | None = None, **secrets: str) -> None:
        """It fails with this code, one sentence and what to do, and tells no secret."""
        with pytest.raises(Failure) as raised:
            self.run(act, change, **secrets)
        failure = raised.value
        assert failure.code == code, f"{failure.code}: {failure.sentence}"
        assert failure.sentence, failure.code
        assert "\n" not in failure.sentence
        assert len(failure.advice) > 20, failure.code
        told = failure.sentence + failure.advice
        assert not any(secret in told for secret in secrets.values()), told

    @property
    def clock(self) -> FileClock:
        clock = FileClock(self.folder / "clock")
        if not (self.folder / "clock").exists():
            clock.move_to(MORNING)
        return clock

    def write(self, change: Change | None = None) -> Path:
        """The project file, right or wrong."""
        project = self._project()
        if change:
            change(project)
        path = self.folder / "project.yaml"
        path.write_text(yaml.safe_dump(project, allow_unicode=True, sort_keys=False))
        return path

    def write_secrets(self, wrong: Mapping[str, str]) -> Path:
        path = self.folder / "secrets.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(json.loads(self.sandbox.secrets_file.read_text()) | dict(wrong)))
        return path

    def _project(self) -> dict[str, Any]:
        project = project_file.project(self.sandbox)
        project["mailboxes"] = [one for one in project["mailboxes"] if one["name"] == MAILBOX]
        share = project_file.share(SHARE, "G:")
        share["source"]["path"], share["target"]["path"] = FOLDER, f"company/{self.name}"
        project["drops"][0]["contents"] = ["shares"]
        for server in project["servers"].values():
            for key in {"ca_file", "known_hosts", "accounts_dir"} & set(server):
                server[key] = str(self.sandbox.root / server[key])
        return project | {"project": self.name, "shares": [share], "applications": [], "domains": []}


def archives(migration: Migration) -> Account:
    return archive_mailbox.archive_mailbox(migration, MAILBOX, quietly)


def moves_mail(migration: Migration) -> Account:
    return move_mailbox.move_mailbox(migration, MAILBOX, quietly)


def moves_files(migration: Migration) -> Account:
    return move_share.move_share(migration, SHARE, quietly)


def opens_drop(migration: Migration) -> Account:
    account = fill_and_open(migration, DROP, quietly).account
    assert drop_row(migration.ledger, migration.name, DROP).state is DropState.OPEN
    return account


def assert_reconciled(account: Account, moved: int, skipped: int = 0) -> None:
    """It adds up, nothing failed, and it is all that the source has."""
    assert account.source == account.moved + account.skipped + account.failed
    assert (account.moved, account.skipped, account.failed) == (moved, skipped, 0)


def contents(root: Path) -> dict[str, str]:
    """Digests of all files by path, unfinished ones too."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }


def quietly(_done: int, _of: int) -> None:
    """No progress."""
