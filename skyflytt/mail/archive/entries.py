"""What the archive answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from skyflytt.mail.port import FolderPath


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """One message in one folder; `gone_at` says since when the source no longer has it there."""

    folder: FolderPath
    ref: str
    flags: frozenset[str]
    received: datetime
    fingerprint: str
    digest: str
    size_bytes: int
    gone_at: datetime | None
    subject: str
    message_id: str | None
    sent: datetime | None
    concerns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchiveCounts:
    """`folders` counts the messages present in each; `payload_bytes` are as received, `stored_bytes` compressed."""

    present: int
    gone: int
    folders: Mapping[FolderPath, int]
    payloads: int
    payload_bytes: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Something the check found; `item` is a payload's digest, a message's "folder/ref" or the file."""

    kind: Literal["file", "payload-damaged", "payload-missing"]
    item: str
    detail: str
