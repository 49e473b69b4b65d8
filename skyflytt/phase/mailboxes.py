"""Open a project's mailboxes: which adapter serves which kind of server, guarded by the rules that no adapter has to know.

Exchange and PST are imported where they are opened: with their libraries they take half a second, in every run's own process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal

from skyflytt.ledger import projects
from skyflytt.mail.archive import MailboxArchive, open_archive
from skyflytt.mail.guard import AppendAfterCutover
from skyflytt.mail.isolating import isolating_source, isolating_target
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from skyflytt.mail.port import FolderPath, MailSource, MailTarget
from skyflytt.phase.admitted import open_admitted, open_admitted_source
from skyflytt.phase.migration import Migration
from skyflytt.project.mailboxes import Mailbox, MailboxPlace
from skyflytt.project.secret_keys import mailbox_keys
from skyflytt.project.servers import EwsServer, GraphServer, ImapServer, MaildirServer, PstServer


def open_source(migration: Migration, mailbox: Mailbox) -> AbstractContextManager[MailSource]:
    """The mailbox at the system being left, which can only be read."""
    return open_to_read(migration, mailbox.source, mailbox_keys(mailbox.name, "source", mailbox.source.server))


def open_to_read(
    migration: Migration, place: MailboxPlace, keys: tuple[str, ...]
) -> AbstractContextManager[MailSource]:
    """A mailbox anywhere, which can only be read; its secret is the first that there is of `keys`."""
    server = migration.project.server(place.server)
    if isinstance(server, ImapServer):
        return open_admitted_source(migration, server, place.login, migration.secrets.get(*keys))
    if isinstance(server, EwsServer):
        from skyflytt.phase.exchange import open_exchange_source

        return isolating_source(open_exchange_source(migration, server, place.login, migration.secrets.get(*keys)))
    if isinstance(server, GraphServer):
        return isolating_source(open_admitted_source(migration, server, place.login, migration.secrets.get(*keys)))
    if isinstance(server, PstServer):
        from skyflytt.mail.pst import open_pst_files

        return open_pst_files(server.root / place.login)
    return open_maildir_source(_maildir(server, place))


@contextmanager
def open_target(migration: Migration, mailbox: Mailbox) -> Iterator[MailTarget]:
    """The mailbox at the new home; after the cutover it only takes new messages."""
    opened = _open_writable(migration, mailbox, "target", mailbox.target)
    is_exchange = isinstance(migration.project.server(mailbox.target.server), EwsServer | GraphServer)
    with isolating_target(opened, reads_apart=is_exchange) as target:
        yield AppendAfterCutover(target, lambda: projects.mode(migration.ledger, migration.name))


def open_for_erasure(migration: Migration, mailbox: Mailbox) -> AbstractContextManager[MailTarget]:
    """The mailbox at the system being left, writable: for the decommission phase alone, behind its interlock."""
    return _open_writable(migration, mailbox, "source", mailbox.source)


def open_mailbox_archive(migration: Migration, mailbox: Mailbox) -> AbstractContextManager[MailboxArchive]:
    """The mailbox's archive in the workspace."""
    path = migration.folder("archives") / f"{mailbox.name}.skymail"
    return open_archive(path, f"{migration.name}/{mailbox.name}", migration.clock)


def excluded(mailbox: Mailbox) -> Callable[[FolderPath], bool]:
    """Whether a folder, or one above it, is left behind."""
    left = tuple(folder_path(key) for key in mailbox.folders.exclude)
    return lambda folder: any(folder[: len(path)] == path for path in left)


def renamed(mailbox: Mailbox) -> Callable[[FolderPath], FolderPath]:
    """Where a folder goes: the longest renamed folder at its beginning decides."""
    rules = {folder_path(old): folder_path(new) for old, new in mailbox.folders.rename.items()}
    longest_first = sorted(rules, key=len, reverse=True)

    def place(folder: FolderPath) -> FolderPath:
        for old in longest_first:
            if folder[: len(old)] == old:
                return (*rules[old], *folder[len(old) :])
        return folder

    return place


def _open_writable(
    migration: Migration, mailbox: Mailbox, side: Literal["source", "target"], place: MailboxPlace
) -> AbstractContextManager[MailTarget]:
    return open_unguarded(migration, place, mailbox_keys(mailbox.name, side, place.server))


def open_unguarded(
    migration: Migration, place: MailboxPlace, keys: tuple[str, ...]
) -> AbstractContextManager[MailTarget]:
    """A mailbox, writable at any time: for those that no customer has, such as the one that mail is tried with."""
    server = migration.project.server(place.server)
    if isinstance(server, ImapServer | GraphServer):
        return open_admitted(migration, server, place.login, migration.secrets.get(*keys))
    if isinstance(server, EwsServer):
        from skyflytt.phase.exchange import open_exchange

        return open_exchange(migration, server, place.login, migration.secrets.get(*keys))
    return open_maildir(_maildir(server, place))


def _maildir(server: object, place: MailboxPlace) -> Path:
    if not isinstance(server, MaildirServer):
        raise TypeError(f"the server of {folder_key((place.login,))} holds no mailboxes")
    return server.root / place.login
