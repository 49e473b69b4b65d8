"""An Exchange mailbox behind the ports: `EwsSource` can only look, `EwsMailbox` also writes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from skyflytt.errors.base import Failure
from skyflytt.mail.around import Around
from skyflytt.mail.ews import changes as ews_changes
from skyflytt.mail.ews.account import TIMEOUT_S
from skyflytt.mail.ews.append import Appending
from skyflytt.mail.ews.around import told_around
from skyflytt.mail.ews.batches import UNKNOWN_SIZE
from skyflytt.mail.ews.connect import PATIENT, connected
from skyflytt.mail.ews.fetch import Fetching
from skyflytt.mail.ews.flagging import set_flags
from skyflytt.mail.ews.folders import FolderTable, Place, read_folders
from skyflytt.mail.ews.in_flight import Wanted
from skyflytt.mail.ews.making import ensure_folder
from skyflytt.mail.ews.patience import Patience
from skyflytt.mail.ews.removing import delete, move
from skyflytt.mail.ews.session import Session
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    FolderRole,
    MailCapabilities,
    MessageEntry,
    NewMessage,
)
from skyflytt.project.servers import EwsServer


@contextmanager
def open_ews_source(
    server: EwsServer, login: str, secret: str, patience: Patience = PATIENT, timeout_s: float = TIMEOUT_S
) -> Iterator[EwsSource]:
    """The mailbox whose primary address is `login`; nothing in it can change. Raises as `connected`."""
    with connected(server, login, secret, patience, timeout_s) as (session, table):
        yield EwsSource(session, table)


@contextmanager
def open_ews(
    server: EwsServer, login: str, secret: str, patience: Patience = PATIENT, timeout_s: float = TIMEOUT_S
) -> Iterator[EwsMailbox]:
    """The mailbox as source and target. Raises as `connected`."""
    with connected(server, login, secret, patience, timeout_s) as (session, table):
        yield EwsMailbox(session, table)


def reading(*, public: bool) -> MailCapabilities:
    """What reading a mailbox can, or the public folders, which no SyncFolderItems is for."""
    return MailCapabilities(change_tokens=not public, keywords=True, editions=True)


def writing(*, public: bool, uploads: bool) -> MailCapabilities:
    """What writing can, at an Exchange that has UploadItems or not."""
    return replace(reading(public=public), append_returns_ref=True, moves=True, takes_streams=uploads)


class EwsSource:
    """Reads by operations that leave the read mark alone. A ref is an item's id: it lasts until the item moves."""

    def __init__(self, session: Session, table: FolderTable) -> None:
        self._session = session
        self._table = table
        self._fetching = Fetching(session)
        self._sizes: dict[str, int] = {}

    @property
    def capabilities(self) -> MailCapabilities:
        return reading(public=self._session.settings.store == "public")

    def folders(self) -> Sequence[Folder]:
        with self._session.explained("the list of folders"):
            self._table = read_folders(self._session)
        return self._table.listed()

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        with self._session.explained(folder_key(folder)):
            found = ews_changes.changes(self._session, self._place(folder).id, since)
        # What the next fetches are cut into batches by; those of other folders are not needed any more.
        self._sizes = {entry.ref: entry.size_bytes for entry in found.entries}
        return found

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        sizes = self._sizes
        wanted = [Wanted(ref, sizes.get(ref, UNKNOWN_SIZE)) for ref in dict.fromkeys(refs)]
        with self._session.explained(folder_key(folder)):
            self._place(folder)
            yield from self._fetching.fetch(folder, wanted)

    def around(self) -> Around:
        """See `around.TellsAround`. Only a mailbox proper has rules and delegates."""
        return told_around(self._session) if self._session.settings.store == "primary" else Around()

    def fetch_ahead(
        self, folders: Iterator[tuple[FolderPath, Sequence[MessageEntry]]]
    ) -> Generator[tuple[FolderPath, Fetched | FetchFailure | Exception | None], None, None]:
        """See `ahead.ReadsAhead`."""
        with self._session.explained("the mailbox"):
            yield from self._fetching.fetch_ahead(
                (folder, [Wanted(entry.ref, entry.size_bytes) for entry in entries]) for folder, entries in folders
            )

    def _place(self, folder: FolderPath) -> Place:
        """A folder that is not known may have been made since the last look."""
        if folder not in self._table.places:
            self._table = read_folders(self._session)
        return self._table.place(folder)


class EwsMailbox(EwsSource):
    """Reads as `EwsSource` and writes; deletes by id only."""

    def __init__(self, session: Session, table: FolderTable) -> None:
        super().__init__(session, table)
        self._appending = Appending(session)

    @property
    def capabilities(self) -> MailCapabilities:
        with self._session.explained("INBOX"):
            public = self._session.settings.store == "public"
            return writing(public=public, uploads=self._appending.uploads)

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        with self._session.explained(folder_key(folder)):
            self._table, path = ensure_folder(self._session, self._table, folder, role)
            return path

    def refs(self, folder: FolderPath) -> Sequence[str]:
        with self._session.explained(folder_key(folder)):
            return ews_changes.refs(self._session, self._place(folder).id)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        with self._session.explained(folder_key(folder)):
            return self._appending.append(self._place(folder).id, messages)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        with self._session.explained(folder_key(folder)):
            streams = self._fetching.exports and self._appending.uploads
            set_flags(self._session, self._place(folder).id, ref, flags, streams=streams)

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        with self._session.explained(folder_key(folder)):
            self._place(folder)
            return move(self._session, ref, self._place(to).id)

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        with self._session.explained(folder_key(folder)):
            self._place(folder)
            delete(self._session, refs)
