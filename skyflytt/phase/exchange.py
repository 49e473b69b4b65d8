"""Open a mailbox at a hosted Exchange: with as many connections as the server has left for us, and told when it asks us to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.mail.ews import EwsMailbox, EwsSource, Patience, open_ews, open_ews_source
from skyflytt.phase.migration import Migration
from skyflytt.project.servers import EwsServer


@contextmanager
def open_exchange_source(migration: Migration, server: EwsServer, login: str, secret: str) -> Iterator[EwsSource]:
    """The mailbox, which can only be read."""
    with (
        migration.admission(server, login) as connections,
        open_ews_source(_narrowed(server, connections), login, secret, Patience(tell=migration.tell)) as source,
    ):
        yield source


@contextmanager
def open_exchange(migration: Migration, server: EwsServer, login: str, secret: str) -> Iterator[EwsMailbox]:
    """The mailbox as source and target."""
    with (
        migration.admission(server, login) as connections,
        open_ews(_narrowed(server, connections), login, secret, Patience(tell=migration.tell)) as mailbox,
    ):
        yield mailbox


def _narrowed(server: EwsServer, connections: int) -> EwsServer:
    return server.model_copy(update={"connections": connections})
