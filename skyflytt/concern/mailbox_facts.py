"""What counting finds out about one mailbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from skyflytt.concern.largest import Sized
from skyflytt.concern.measured import Amount, Measured
from skyflytt.concern.sample import NOTHING, Sample
from skyflytt.mail.around import NOTHING_TOLD, Around
from skyflytt.mail.port import FolderPath, FolderRole

LARGE_MESSAGE_BYTES = 25_000_000
"""What most servers on the way accept at the least; larger messages are worth a look beforehand."""


class RouteState(StrEnum):
    """How far a way to the mailbox, or to a store beside it, could be tried."""

    WORKS = "works"
    ANSWERS = "answers"
    """The service is there; nobody signed in."""
    ABSENT = "absent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Route:
    """`detail` is the server's or our own reason; `code` the failure's, where there is one."""

    name: str
    state: RouteState
    detail: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """One folder; `refused` is the failure's code where it could not be listed (`messages` is then the server's own count).

    `kind` is its class at an Exchange, as in `skyflytt.mail.port.Folder`.
    """

    path: FolderPath
    role: FolderRole | None
    messages: int
    size_bytes: int
    excluded: bool = False
    refused: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """Whether the new home's mailbox could be opened; if not, the failure's code and sentence.

    `keeps_items` says that it has a place for appointments, contacts and others, not for mail alone. `messages` are already there.
    `free_bytes` is what its quota leaves, `limit_bytes` the quota; None where the server does not tell.
    """

    reachable: bool
    failure_code: str | None = None
    failure: str | None = None
    max_message_bytes: int | None = None
    keeps_items: bool = False
    messages: int = 0
    free_bytes: int | None = None
    limit_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What stands beside the mailbox under the same account: `store` is archive or public.

    `failure_code` and `failure` say why it could not be opened; a store that is not there has neither, and no items.
    """

    store: str
    there: bool
    items: int = 0
    folders: int = 0
    failure_code: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the mailbox archive knows of the messages themselves.

    `concerns` counts messages by code of `MESSAGE_CONCERNS`, all of them; `malformed` leaves out what is normal (`bare-lf`).
    `duplicates` are further copies of a message in the same folder, by fingerprint.
    """

    messages: int
    concerns: Mapping[str, int]
    malformed: Sample
    duplicates: Sample
    duplicate_bytes: int


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """`largest`, `large`, `oldest`, `newest` and what is recent are of the folders that come along.

    `other_routes` are services at the same host by which the mailbox is not read; nobody signed in there.
    `around` is what the source tells beside its messages. `protected` are messages of the sample that need a key, by `Protection`.
    `large` are the messages above `large_limit_bytes`: `LARGE_MESSAGE_BYTES`, or the target's own limit where that is lower.
    """

    mailbox: str
    folders: tuple[FolderFacts, ...]
    target: TargetFacts
    large_limit_bytes: int = LARGE_MESSAGE_BYTES
    large: Sample = NOTHING
    largest: tuple[Sized, ...] = ()
    oldest: datetime | None = None
    newest: datetime | None = None
    recent_messages: int = 0
    recent_bytes: int = 0
    archive: ArchiveFacts | None = None
    measured: Measured = field(default_factory=Measured)
    stores: tuple[StoreFacts, ...] = ()
    other_routes: tuple[Route, ...] = ()
    around: Around = NOTHING_TOLD
    protected: Mapping[str, Sample] = field(default_factory=dict)

    @property
    def messages(self) -> int:
        """All that the source has, excluded folders and those that could not be listed included."""
        return sum(folder.messages for folder in self.folders)

    @property
    def size_bytes(self) -> int:
        return sum(folder.size_bytes for folder in self.folders)

    def moving(self) -> Iterator[FolderFacts]:
        """The folders that come along."""
        return (folder for folder in self.folders if not folder.excluded and not folder.refused)

    def amount(self) -> Amount:
        items = sum(folder.messages for folder in self.moving())
        size = sum(folder.size_bytes for folder in self.moving())
        return Amount("mailbox", self.mailbox, items, size, self.recent_messages, self.recent_bytes, self.measured)
