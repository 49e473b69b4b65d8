"""An IMAP mailbox behind the ports: `ImapSource` can only look, `ImapMailbox` also writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MessageVanished
from skyflytt.mail.imap import folders as imap_folders
from skyflytt.mail.imap.append import append_all, max_message_bytes, settable
from skyflytt.mail.imap.changes import changes, whole_listing
from skyflytt.mail.imap.connect import TIMEOUT_S, connected, name_of
from skyflytt.mail.imap.errors import ServerRefused, accepted, explained, refusals
from skyflytt.mail.imap.fetch import fetch
from skyflytt.mail.imap.folders import FolderTable, tame
from skyflytt.mail.imap.removing import delete, move
from skyflytt.mail.imap.session import Selected, Session, quoted
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


@contextmanager
def open_imap_source(server: ImapServer, login: str, secret: str, timeout_s: float = TIMEOUT_S) -> Iterator[ImapSource]:
    """The mailbox of `login`, opened so that nothing in it can change (EXAMINE). Raises as `connected`."""
    with connected(server, login, secret, timeout_s) as client:
        with explained(name_of(server), login):
            session = Session(client, name_of(server))
        yield ImapSource(session)


@contextmanager
def open_imap(server: ImapServer, login: str, secret: str, timeout_s: float = TIMEOUT_S) -> Iterator[ImapMailbox]:
    """The mailbox of `login` as source and target. Raises as `connected`."""
    with connected(server, login, secret, timeout_s) as client:
        with explained(name_of(server), login):
            session = Session(client, name_of(server))
        yield ImapMailbox(session)


class ImapSource:
    """Reads by EXAMINE and BODY.PEEK only."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._table: FolderTable | None = None

    @property
    def capabilities(self) -> MailCapabilities:
        session = self._session
        return MailCapabilities(
            change_tokens=session.qresync,
            append_returns_ref=session.can("UIDPLUS"),
            moves=session.can("MOVE"),
            max_message_bytes=max_message_bytes(session),
        )

    def folders(self) -> Sequence[Folder]:
        with explained(self._session.server, "the list of folders"):
            self._table = None
            return imap_folders.measured(self._session, self._folders())

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        with explained(self._session.server, "/".join(folder)):
            return changes(self._session, self._name(folder), since)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        with explained(self._session.server, "/".join(folder)):
            selected = self._session.select(self._name(folder), readonly=True, fresh=True)
            yield from fetch(self._session, selected, refs)

    def _folders(self) -> FolderTable:
        if self._table is None:
            self._table = imap_folders.listed(self._session, imap_folders.namespace(self._session))
        return self._table

    def _name(self, folder: FolderPath) -> bytes:
        return self._folders().name(folder)


class ImapMailbox(ImapSource):
    """Reads as `ImapSource` and writes; deletes by UID only."""

    @property
    def capabilities(self) -> MailCapabilities:
        base = super().capabilities
        with explained(self._session.server, "INBOX"):
            flags = self._session.select(b"INBOX", readonly=False).permanent_flags
        return MailCapabilities(
            change_tokens=base.change_tokens,
            append_returns_ref=base.append_returns_ref,
            moves=base.moves,
            keywords=r"\*" in flags,
            max_message_bytes=base.max_message_bytes,
        )

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        with explained(self._session.server, "/".join(folder)):
            table = self._folders()
            own = next((path for path, known in table.roles.items() if role and known == role), None)
            if own is not None:
                return own
            try:
                return self._made(folder, role)
            except ServerRefused as refusal:
                # Some servers forbid letters beyond their delimiter: Dovecot's Maildir the dot, others what their disk forbids.
                if refusal.code in ("OVERQUOTA", "NOPERM") or tame(folder) == folder:
                    raise
                return self._made(tame(folder), role)

    def refs(self, folder: FolderPath) -> Sequence[str]:
        with explained(self._session.server, "/".join(folder)):
            selected = self._session.select(self._name(folder), readonly=True, fresh=True)
            return [entry.ref for entry in whole_listing(self._session, selected)]

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        with explained(self._session.server, "/".join(folder)):
            return append_all(self._session, self._name(folder), messages)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        with explained(self._session.server, "/".join(folder)):
            selected, uid = self._writable(folder, ref)
            if not self._session.uid("FETCH", str(uid), "(UID)"):
                raise MessageVanished(ref)
            self._session.uid("STORE", str(uid), "FLAGS.SILENT", f"({' '.join(sorted(settable(flags, selected)))})")

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        with explained(self._session.server, "/".join(folder)):
            selected, uid = self._writable(folder, ref)
            return move(self._session, selected, uid, self._name(to))

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        with explained(self._session.server, "/".join(folder)):
            selected = self._session.select(self._name(folder), readonly=False)
            named = (ref.partition(":") for ref in refs)
            delete(
                self._session, selected, [int(uid) for validity, _, uid in named if validity == str(selected.validity)]
            )

    def _writable(self, folder: FolderPath, ref: str) -> tuple[Selected, int]:
        selected = self._session.select(self._name(folder), readonly=False)
        validity, _, uid = ref.partition(":")
        if validity != str(selected.validity) or not uid.isdecimal():
            raise MessageVanished(ref)
        return selected, int(uid)

    def _made(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        space = self._folders().namespace
        wanted = space.path_of(space.name_of(folder))
        for depth in range(1, len(wanted) + 1):
            self._make(wanted[:depth], role if depth == len(wanted) else None)
        if wanted not in self._folders().names:
            raise ServerRefused("the server made the folder, but does not list it under its name")
        return wanted

    def _make(self, path: FolderPath, role: FolderRole | None) -> None:
        if path in self._folders().names:
            return
        name = quoted(self._folders().name(path))
        with refusals():
            if role and self._session.can("CREATE-SPECIAL-USE"):
                accepted(self._session.imap.xatom("CREATE", name, "(USE (\\" + role.value.title() + "))"))
            else:
                accepted(self._session.imap.create(name))
        self._session.imap.subscribe(name)
        self._table = None
