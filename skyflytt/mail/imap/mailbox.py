"""An IMAP mailbox behind the ports: `ImapSource` can only look, `ImapMailbox` also writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MessageVanished
from skyflytt.mail.around import Around
from skyflytt.mail.imap import folders as imap_folders
from skyflytt.mail.imap.append import Appending, max_message_bytes, settable
from skyflytt.mail.imap.changes import changes, whole_listing
from skyflytt.mail.imap.connect import connected, name_of
from skyflytt.mail.imap.connections import Connections
from skyflytt.mail.imap.deflate import compress
from skyflytt.mail.imap.errors import ServerRefused, accepted, explained, refusals
from skyflytt.mail.imap.fetch import fetch
from skyflytt.mail.imap.folders import FolderTable, tame
from skyflytt.mail.imap.numbering import Numbering
from skyflytt.mail.imap.quota import room
from skyflytt.mail.imap.removing import delete, move
from skyflytt.mail.imap.session import Selected, Session, quoted
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    FolderRole,
    MailCapabilities,
    NewMessage,
)
from skyflytt.project.servers import ImapServer

FOLDERS = "the list of folders"


@contextmanager
def open_imap_source(server: ImapServer, login: str, secret: str) -> Iterator[ImapSource]:
    """The mailbox of `login`, opened so that nothing in it can change (EXAMINE). Raises as `connected`."""
    with _connections(server, login, secret) as connections:
        yield ImapSource(connections)


@contextmanager
def open_imap(server: ImapServer, login: str, secret: str) -> Iterator[ImapMailbox]:
    """The mailbox of `login` as source and target. Raises as `connected`."""
    with _connections(server, login, secret, Numbering()) as connections:
        yield ImapMailbox(connections)


@contextmanager
def _connections(
    server: ImapServer, login: str, secret: str, numbering: Numbering | None = None
) -> Iterator[Connections]:
    """With the first one signed in, so that a wrong password is told at once and tried once."""

    @contextmanager
    def sign_in() -> Iterator[Session]:
        with connected(server, login, secret) as client:
            with explained(name_of(server), login):
                session = Session(client, name_of(server), numbering)
                if server.compress and session.can("COMPRESS=DEFLATE"):
                    compress(session.imap)
            yield session

    connections = Connections(name_of(server), sign_in, server.connections)
    try:
        with connections.session(login):
            pass
        yield connections
    finally:
        connections.close()


def capabilities(*, qresync: bool, uidplus: bool, move: bool, max_message_bytes: int | None = None) -> MailCapabilities:
    """What reading can at a server with these extensions; only its `SELECT` for writing tells whether it keeps keywords."""
    return MailCapabilities(
        change_tokens=qresync, append_returns_ref=uidplus, moves=move, max_message_bytes=max_message_bytes
    )


class ImapSource:
    """Reads by EXAMINE and BODY.PEEK only."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._table: FolderTable | None = None
        self._capabilities: MailCapabilities | None = None

    @property
    def capabilities(self) -> MailCapabilities:
        if self._capabilities is None:
            self._capabilities = self._connections.reading("INBOX", self._told)
        return self._capabilities

    def folders(self) -> Sequence[Folder]:
        self._table = None
        table = self._folders()
        return self._connections.reading(FOLDERS, lambda session: imap_folders.measured(session, table))

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        name, all_mail = self._name(folder), folder == self._folders().all_mail
        return self._connections.reading(
            folder_key(folder), lambda session: changes(session, name, since, all_mail=all_mail)
        )

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        return fetch(self._connections, self._name(folder), folder_key(folder), refs)

    def around(self) -> Around:
        """See `around.TellsAround`."""
        table = self._folders()
        left = self._connections.reading("INBOX", lambda session: room(session, b"INBOX"))
        return Around(left.size_bytes, left.limit_bytes, tuple(table.namespace.shown(name) for name in table.others))

    def _told(self, session: Session) -> MailCapabilities:
        return capabilities(
            qresync=session.qresync,
            uidplus=session.can("UIDPLUS"),
            move=session.can("MOVE"),
            max_message_bytes=max_message_bytes(session),
        )

    def _folders(self) -> FolderTable:
        if self._table is None:
            self._table = self._connections.reading(
                FOLDERS, lambda session: imap_folders.listed(session, imap_folders.namespace(session))
            )
        return self._table

    def _name(self, folder: FolderPath) -> bytes:
        return self._folders().name(folder)


class ImapMailbox(ImapSource):
    """Reads as `ImapSource` and writes; deletes by UID only."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._appending: dict[Session, Appending] = {}

    def _told(self, session: Session) -> MailCapabilities:
        base = super()._told(session)
        flags = session.select(b"INBOX", readonly=False).permanent_flags
        return replace(base, keywords=r"\*" in flags)

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        table = self._folders()
        own = next((path for path, known in table.roles.items() if role and known == role), None)
        if own is not None:
            return own
        with self._connections.session(folder_key(folder)) as session:
            try:
                return self._made(session, folder, role)
            except ServerRefused as refusal:
                # Some servers forbid letters beyond their delimiter: Dovecot's Maildir the dot, others what their disk forbids.
                if refusal.code in ("OVERQUOTA", "NOPERM") or tame(folder) == folder:
                    raise
                return self._made(session, tame(folder), role)

    def refs(self, folder: FolderPath) -> Sequence[str]:
        if folder == self._folders().all_mail:
            return [entry.ref for entry in self.changes(folder, None).entries]
        name = self._name(folder)

        def listed(session: Session) -> list[str]:
            return [entry.ref for entry in whole_listing(session, session.select(name, readonly=True, fresh=True))]

        return self._connections.reading(folder_key(folder), listed)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        name = self._name(folder)
        with self._connections.session(folder_key(folder)) as session:
            return self._appending.setdefault(session, Appending(session)).append_all(name, messages)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        name = self._name(folder)
        with self._connections.session(folder_key(folder)) as session:
            selected, uid = _writable(session, name, ref)
            session.uid("STORE", str(uid), "FLAGS.SILENT", f"({' '.join(sorted(settable(flags, selected)))})")

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        name, to_name = self._name(folder), self._name(to)
        with self._connections.session(folder_key(folder)) as session:
            selected, uid = _writable(session, name, ref)
            return move(session, selected, uid, to_name)

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        name = self._name(folder)
        with self._connections.session(folder_key(folder)) as session:
            selected = session.select(name, readonly=False, fresh=True)
            named = (ref.partition(":") for ref in refs)
            delete(session, selected, [int(uid) for validity, _, uid in named if validity == str(selected.validity)])

    def _made(self, session: Session, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        table = self._folders()
        space = table.namespace
        wanted = space.path_of(space.name_of(folder))
        missing = [wanted[:depth] for depth in range(1, len(wanted) + 1) if wanted[:depth] not in table.names]
        for path in missing:
            _make(session, table.name(path), role if path == wanted else None)
        if missing:
            table = self._table = imap_folders.listed(session, space)
        if wanted not in table.names:
            raise ServerRefused("the server made the folder, but does not list it under its name")
        return wanted


def _make(session: Session, name: bytes, role: FolderRole | None) -> None:
    with refusals():
        if role and session.can("CREATE-SPECIAL-USE"):
            accepted(session.imap.xatom("CREATE", quoted(name), "(USE (\\" + role.value.title() + "))"))
        else:
            accepted(session.imap.create(quoted(name)))
    session.imap.subscribe(quoted(name))


def _writable(session: Session, name: bytes, ref: str) -> tuple[Selected, int]:
    """The folder opened to write, and the UID of a message that is in it; raises `MessageVanished`."""
    validity, _, uid = ref.partition(":")
    # What another connection wrote is not seen before the folder is opened anew.
    for fresh in (False, True):
        selected = session.select(name, readonly=False, fresh=fresh)
        if validity == str(selected.validity) and uid.isdecimal() and session.uid("FETCH", uid, "(UID)"):
            return selected, int(uid)
    raise MessageVanished(ref)
