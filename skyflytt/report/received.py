"""When a message came in, by which a person finds it: its key says nothing to anybody, and its subject is nobody's business here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.mail.archive.reader import read_archive
from skyflytt.mail.keys import folder_path

OF_MESSAGES = ("mailbox", "archive", "export")
"""Kinds of workload whose items are a mailbox's messages."""


def received(workspace: Path, mailbox: str, messages: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], datetime]:
    """Of these messages (folder, reference), those that the mailbox's archive has. Nothing where it cannot be read."""
    archive = workspace / "archives" / f"{mailbox}.skymail"
    if not archive.is_file():
        return {}
    try:
        return dict(_received(archive, messages))
    except Failure:
        return {}


def _received(archive: Path, messages: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], datetime]]:
    with closing(read_archive(archive)) as reader:
        for folder, ref in messages:
            if found := reader.message(folder_path(folder), ref):
                yield (folder, ref), found.received
