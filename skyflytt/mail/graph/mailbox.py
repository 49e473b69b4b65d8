"""A mailbox of Exchange Online behind the ports: `GraphSource` can only look, `GraphMailbox` also writes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.mail.ews.batches import UNKNOWN_SIZE
from skyflytt.mail.ews.folders import FolderTable, Place
from skyflytt.mail.ews.in_flight import Wanted
from skyflytt.mail.ews.making import ensured
from skyflytt.mail.graph import changes as graph_changes
from skyflytt.mail.graph.append import append
from skyflytt.mail.graph.connect import PATIENT, connected
from skyflytt.mail.graph.fetch import Fetching
from skyflytt.mail.graph.flagging import set_flags
from skyflytt.mail.graph.folders import make_folder, read_folders
from skyflytt.mail.graph.importing import Importing
from skyflytt.mail.graph.limits import MailboxGate
from skyflytt.mail.graph.removing import delete, move
from skyflytt.mail.graph.session import Session
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
from skyflytt.patience import Patience
from skyflytt.project.servers import GraphServer

READS = MailCapabilities(change_tokens=True, keywords=True, editions=True)
WRITES = MailCapabilities(
    change_tokens=True, append_returns_ref=True, moves=True, keywords=True, editions=True, takes_streams=True
)


@contextmanager
def open_graph_source(
    server: GraphServer, login: str, secret: str, patience: Patience = PATIENT, gate: MailboxGate | None = None
) -> Iterator[GraphSource]:
    """The mailbox whose primary address is `login`; nothing in it can change. Raises as `connected`."""
    with connected(server, login, secret, patience, gate) as (session, table):
        yield GraphSource(session, table)


@contextmanager
def open_graph_mailbox(
    server: GraphServer, login: str, secret: str, patience: Patience = PATIENT, gate: MailboxGate | None = None
) -> Iterator[GraphMailbox]:
    """The mailbox as source and target. Raises as `connected`."""
    with connected(server, login, secret, patience, gate) as (session, table):
        yield GraphMailbox(session, table)


class GraphSource:
    """Reads by requests that leave the read mark alone. A ref is an item's id: it lasts until the item moves."""

    def __init__(self, session: Session, table: FolderTable) -> None:
        self._session = session
        self._table = table
        self._fetching = Fetching(session)
        self._sizes: dict[str, int] = {}

    @property
    def capabilities(self) -> MailCapabilities:
        return READS

    def folders(self) -> Sequence[Folder]:
        with self._session.explained("the list of folders"):
            self._table = read_folders(self._session)
        return self._table.listed()

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        with self._session.explained(folder_key(folder)):
            found = graph_changes.changes(self._session, self._place(folder).id, since)
        # What the next fetches are cut into batches by; those of other folders are not needed any more.
        self._sizes = {entry.ref: entry.size_bytes for entry in found.entries}
        return found

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        sizes = self._sizes
        wanted = [Wanted(ref, sizes.get(ref, UNKNOWN_SIZE)) for ref in dict.fromkeys(refs)]
        with self._session.explained(folder_key(folder)):
            self._place(folder)
            yield from self._fetching.fetch(folder, wanted)

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


class GraphMailbox(GraphSource):
    """Reads as `GraphSource` and writes; deletes by id only."""

    def __init__(self, session: Session, table: FolderTable) -> None:
        super().__init__(session, table)
        self._importing = Importing(session)

    @property
    def capabilities(self) -> MailCapabilities:
        return WRITES

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        session = self._session
        with session.explained(folder_key(folder)):
            self._table, path = ensured(
                self._table, folder, role, lambda *new: make_folder(session, *new), lambda: read_folders(session)
            )
            return path

    def refs(self, folder: FolderPath) -> Sequence[str]:
        with self._session.explained(folder_key(folder)):
            return graph_changes.refs(self._session, self._place(folder).id)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        with self._session.explained(folder_key(folder)):
            return append(self._session, self._importing, self._place(folder).id, messages)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        with self._session.explained(folder_key(folder)):
            set_flags(self._session, self._importing, self._place(folder).id, ref, flags)

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        with self._session.explained(folder_key(folder)):
            here, there = self._place(folder).id, self._place(to).id
            return move(self._session, self._importing, here, ref, there)

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        with self._session.explained(folder_key(folder)):
            delete(self._session, self._place(folder).id, refs)
