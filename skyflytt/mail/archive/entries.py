"""What the archive answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from skyflytt.mail.port import FolderPath, Way


@dataclass(frozen=True, slots=True)
class ArchivedMessage:
    """One message in one folder; `gone_at` says since when the source no longer has it there.

    `stream` is the digest of its FastTransfer stream; `edits` counts how often its content was replaced by a later one. `way` is None
    for what came in before that was noted.
    """

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
    stream: str | None = None
    edits: int = 0
    way: Way | None = None


class Known(NamedTuple):
    """What the archive knows of a message that the source still has: its flags, and the edition of its content."""

    flags: frozenset[str]
    edition: str


@dataclass(frozen=True, slots=True)
class ArchiveCounts:
    """`folders` counts the messages present in each; `payload_bytes` are as received, `stored_bytes` compressed.

    Payloads are also those of messages that are gone, and what messages were before they were edited.
    """

    present: int
    gone: int
    folders: Mapping[FolderPath, int]
    payloads: int
    payload_bytes: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Something the check found; `item` is a payload's digest, a message's "folder/ref" or the file."""

    kind: Literal["file", "payload-damaged", "payload-missing", "stream-missing"]
    item: str
    detail: str
