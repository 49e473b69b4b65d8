"""A small migration on this machine's disk: Maildirs and folders, with the sandbox's own mail and files in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from skyflytt.deadline.clock import MovableClock
from skyflytt.mail.maildir import open_maildir
from skyflytt.mail.port import FolderPath, NewMessage
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.model import Project
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.sandbox.company.mail import letters
from skyflytt.sandbox.company.people import INFO

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"
AT = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
LETTERS = 63
DUPLICATES = 2


def project(root: Path, *, more_servers: dict[str, Any] | None = None, **changes: Any) -> Project:
    """The example's project, moved to Maildirs and folders below `root`."""
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["servers"] |= {
        "old-mail": {"kind": "maildir", "root": root / "old-mail"},
        "new-mail": {"kind": "maildir", "root": root / "new-mail"},
        "old-files": {"kind": "local", "root": root / "old-files"},
        "new-files": {"kind": "local", "root": root / "new-files"},
        **(more_servers or {}),
    }
    data["mailboxes"] = [
        {
            "name": "info",
            "source": {"server": "old-mail", "login": "info"},
            "target": {"server": "new-mail", "login": "info"},
            "folders": {"exclude": ["Junk"]},
        }
    ]
    return Project.model_validate({**data, **changes})


@contextmanager
def migration(root: Path, **changes: Any) -> Iterator[Migration]:
    with open_migration(project(root, **changes), root / "work", EnvironmentSecrets({}), MovableClock(AT)) as opened:
        yield opened


def make_mailbox(root: Path, side: str) -> Path:
    path = root / f"{side}-mail" / "info"
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    return path


def fill_mailbox(root: Path) -> None:
    """The sandbox's mailbox `info`, with the first messages twice and an empty one."""
    with open_maildir(make_mailbox(root, "old")) as mailbox:
        there = list(letters(INFO))
        batches: dict[FolderPath, list[NewMessage]] = {}
        for letter in [*there, *islice(there, DUPLICATES)]:
            message = NewMessage(letter.raw, letter.flags, letter.received)
            batches.setdefault(tuple(letter.folder.split("/")), []).append(message)
        batches[("INBOX",)].append(NewMessage(b"", frozenset(), AT))
        for folder, messages in batches.items():
            mailbox.append(mailbox.ensure_folder(folder, None), messages)
