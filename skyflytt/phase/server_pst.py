"""PST files that a customer's own Exchange makes: begun for the project's mailboxes, watched, and taken away when they are done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.directory.exchange import ExchangeShell, open_shell
from skyflytt.directory.exchange.export_requests import (
    COMPLETED,
    ExportProgress,
    ExportRequest,
    progress,
    remove,
    requests,
    start,
)
from skyflytt.errors.exchange import ExportPathUnusable
from skyflytt.ledger import journal
from skyflytt.patience import Patience
from skyflytt.phase.migration import Migration
from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import ExchangePowershellServer

STARTED, COMPLETED_ACTION, REMOVED = "server-pst-started", "server-pst-completed", "server-pst-removed"


def server_of(migration: Migration, name: str) -> ExchangePowershellServer:
    """Raises `LookupError` for a server that is not there or is of another kind."""
    server = migration.project.servers.get(name)
    if isinstance(server, ExchangePowershellServer):
        return server
    raise LookupError(f"{name} is no exchange-powershell server of the project file")


@contextmanager
def opened(migration: Migration, name: str) -> Iterator[ExchangeShell]:
    server, secret = server_of(migration, name), migration.secrets.get(server_key(name))
    with open_shell(server, secret, Patience(tell=migration.tell)) as shell:
        yield shell


def batch_of(migration: Migration) -> str:
    return f"skyflytt-{migration.name}"


def begin(
    migration: Migration, name: str, shell: ExchangeShell, mailbox: str, *, archive: bool, bad_item_limit: int, by: str
) -> ExportRequest:
    """One request for one mailbox, called after the project and the address. Begun before, it is found and nothing is begun twice.

    `by` accepts that up to `bad_item_limit` damaged items are left out; the journal says so.
    """
    share = server_of(migration, name).export_share
    if share is None:
        raise ExportPathUnusable(mailbox, f"`export_share` of {name} is not set in the project file")
    of = f"{mailbox}-archive" if archive else mailbox
    request = start(
        shell,
        mailbox,
        rf"{share}\{of}.pst",
        name=f"{batch_of(migration)}-{of}",
        bad_item_limit=bad_item_limit,
        archive=archive,
        batch=batch_of(migration),
    )
    data = {"file": request.file, "request": request.identity, "may_leave_out": bad_item_limit}
    journal.append(migration.ledger, migration.name, actor=by, action=STARTED, subject=of, data=data)
    return request


def watched(migration: Migration, shell: ExchangeShell) -> Iterator[tuple[ExportRequest, ExportProgress]]:
    """How far each request of the project is, as Exchange says now."""
    for request in requests(shell, batch_of(migration)):
        yield request, progress(shell, request)


def clear(migration: Migration, shell: ExchangeShell, by: str) -> list[ExportProgress]:
    """Take the completed requests away, after the journal has what they left out. The PST files stay; failed requests stay too."""
    cleared = []
    for request, seen in watched(migration, shell):
        if seen.status in COMPLETED:
            data = {"file": request.file, "items": seen.items, "left_out": seen.left_out, "status": seen.status}
            journal.append(
                migration.ledger, migration.name, actor=by, action=COMPLETED_ACTION, subject=request.name, data=data
            )
            remove(shell, request)
            journal.append(migration.ledger, migration.name, actor=by, action=REMOVED, subject=request.name)
            cleared.append(seen)
    return cleared
