"""What the migration asks of a mail system: `MailSource` to read one mailbox, `MailTarget` to write one.

An adapter opens one mailbox at a time as a context manager (`with open_imap(settings, login, secret) as mailbox:`) and raises the
classes of `skyflytt.errors`. What concerns one message is *returned* as a `Failure` value beside the others, never raised, so that
one bad message does not end the mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from skyflytt.errors.base import Failure

FolderPath = tuple[str, ...]
"""A folder's names from the top, decoded: `("Arkiv", "2024")`; the inbox is always `("INBOX",)`."""


class FolderRole(StrEnum):
    """What a folder is for (RFC 6154 SPECIAL-USE), where the server says so or its name is unmistakable."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the mailbox; `size_bytes` is None where the server cannot tell it cheaply.

    `kind` is its class at an Exchange (IPF.Note, IPF.Appointment, IPF.Contact …; [MS-OXOSFLD] 2.2.5), "" where folders have none.
    """

    path: FolderPath
    role: FolderRole | None
    message_count: int
    size_bytes: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """A message in a folder's listing.

    `ref` is the server's own name of the message, stable for as long as the message stays in this folder ("<UIDVALIDITY>:<UID>"
    for IMAP, the unique part of the file name for Maildir). `flags` are IMAP's (RFC 9051 §2.3.2: `\\Seen`, `\\Flagged`, keywords),
    without `\\Recent`. `received` is the INTERNALDATE, aware.

    `edition` is the server's own mark of the content's version, "" where content cannot change under a ref (IMAP, Maildir). It must
    change whenever the content does, and may change without it: that costs a download.
    """

    ref: str
    flags: frozenset[str]
    received: datetime
    size_bytes: int
    edition: str = ""


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """A folder's changes since a token.

    When `complete`, `entries` lists every message now in the folder and `vanished` is empty (who is missing from the listing is
    gone). Otherwise `entries` are the new ones and those whose flags or edition changed, and `vanished` the refs that went away.
    `token` is to be handed back at the next call; None where the server has nothing to offer.
    `elsewhere` are messages of a complete listing that the server only shows here, and that another folder of the mailbox has:
    they are counted, and left out.
    """

    entries: Sequence[MessageEntry]
    vanished: Sequence[str]
    complete: bool
    token: str | None
    elsewhere: Sequence[MessageEntry] = ()


class Way(StrEnum):
    """How a message came out of its source, best first."""

    EXPORTED = "exported"
    """As the server's own FastTransfer stream."""
    BUILT = "built"
    """Put together here from the properties that the source names, of MIME too where it gives that."""
    MIME = "mime"
    """As MIME alone."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server gave it; `raw` is RFC 5322 text and may be malformed.

    `stream` is the item's FastTransfer stream ([MS-OXCFXICS] 2.2.4) where the server exports one: everything that Exchange knows of
    the item. `raw` is then made from it, unless the server gives both. `received` is the hour of receipt, where the server tells it with
    the message: equal messages can be told apart by it.
    """

    ref: str
    raw: bytes
    stream: bytes | None = None
    way: Way = Way.MIME
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """One message that could not be had; the failure's item is its ref."""

    ref: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be written: its bytes are stored as they are, with flags and INTERNALDATE.

    A target that `takes_streams` writes `stream` instead, where there is one; flags and the hour of receipt are those given here.
    """

    raw: bytes
    flags: frozenset[str]
    received: datetime
    stream: bytes | None = None


@dataclass(frozen=True, slots=True)
class MailCapabilities:
    """What this server can do, as data."""

    change_tokens: bool = False
    """`changes` can answer with less than the whole listing (CONDSTORE + QRESYNC, SyncState)."""
    append_returns_ref: bool = False
    """The ref of a written message is told by the server (UIDPLUS), not found again by looking."""
    moves: bool = False
    keywords: bool = False
    """Flags outside RFC 9051's system flags are kept."""
    keeps_bytes: bool = False
    """What is written comes back byte for byte."""
    max_message_bytes: int | None = None
    editions: bool = False
    """Content can change under a ref, and entries tell its edition."""
    takes_streams: bool = False
    """FastTransfer streams are written as they are (EWS UploadItems)."""


class MailSource(Protocol):
    """Reads one mailbox. Must never change it: no flag, no read mark, no expunge (IMAP: EXAMINE and BODY.PEEK).

    Raises `Transient` when the server is away or busy, `NeedsPerson` when the account needs somebody.
    """

    @property
    def capabilities(self) -> MailCapabilities: ...

    def folders(self) -> Sequence[Folder]:
        """Every selectable folder, in the order of their paths; folders that cannot be opened raise nothing here."""
        ...

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        """What changed in `folder` since the token `since` (None: everything).

        An unknown or outdated token (UIDVALIDITY changed) must be answered with a complete listing, never with an error.
        """
        ...

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        """The messages of `refs`, in any order, one answer for each; may be read in server-sized batches, streamed."""
        ...


class MailTarget(Protocol):
    """Writes one mailbox. Deletes only what it is told to, and never by a pattern.

    Raises `NumberedAnew` (`Transient`), once, where a folder's messages got other refs since the mailbox was opened (IMAP: another
    UIDVALIDITY): what was known of the folder says nothing any more, not even that a message is not there.
    """

    @property
    def capabilities(self) -> MailCapabilities: ...

    def folders(self) -> Sequence[Folder]:
        """Every selectable folder, as `MailSource.folders`."""
        ...

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        """Make the folder and its parents unless they exist; the path under which it is found at this target.

        A folder with a role maps to the target's own folder of that role (its "Sent Items" for our "Skickat") where there is one.
        """
        ...

    def refs(self, folder: FolderPath) -> Sequence[str]:
        """The refs of all messages now in `folder`."""
        ...

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        """Write the messages; the ref or the failure of each, in their order.

        A connection that breaks raises `Transient`: some of them may then have been written, and the caller looks which.
        """
        ...

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        """As `MailSource.fetch`; also leaves the read mark alone."""
        ...

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        """Replace the message's flags by `flags` (those the target can keep)."""
        ...

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        """Move one message; its ref in the new folder."""
        ...

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        """Remove exactly these messages for good; refs that are already gone are no error."""
        ...
