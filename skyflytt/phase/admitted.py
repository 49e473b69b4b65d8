"""Open a mailbox at an IMAP server or in Exchange Online, with as many connections as the server has left for us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.patience import Patience
from skyflytt.phase.migration import Migration
from skyflytt.project.servers import GraphServer, ImapServer


@contextmanager
def open_admitted_source(
    migration: Migration, server: ImapServer | GraphServer, login: str, secret: str
) -> Iterator[MailSource]:
    """The mailbox, which can only be read."""
    with migration.admission(server, login) as connections:
        narrowed = server.model_copy(update={"connections": connections})
        with _source(migration, narrowed, login, secret) as source:
            yield source


@contextmanager
def open_admitted(
    migration: Migration, server: ImapServer | GraphServer, login: str, secret: str
) -> Iterator[MailTarget]:
    """The mailbox as source and target."""
    with migration.admission(server, login) as connections:
        narrowed = server.model_copy(update={"connections": connections})
        with _target(migration, narrowed, login, secret) as target:
            yield target


def _source(
    migration: Migration, server: ImapServer | GraphServer, login: str, secret: str
) -> AbstractContextManager[MailSource]:
    if isinstance(server, ImapServer):
        return open_imap_source(server, login, secret)
    from skyflytt.mail.graph import open_graph_source

    return open_graph_source(server, login, secret, Patience(tell=migration.tell))


def _target(
    migration: Migration, server: ImapServer | GraphServer, login: str, secret: str
) -> AbstractContextManager[MailTarget]:
    if isinstance(server, ImapServer):
        return open_imap(server, login, secret)
    from skyflytt.mail.graph import open_graph_mailbox

    return open_graph_mailbox(server, login, secret, Patience(tell=migration.tell))
