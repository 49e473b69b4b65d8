"""The connections that a server permits, as a global concurrency limit of Prefect: one for all runs and workers together."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from skyflytt.project.model import Project
from skyflytt.project.servers import EwsServer

HTTPS = 443


def limit_name(server: EwsServer, login: str) -> str:
    """`skyflytt-ews-mail.example.com`; where autodiscover finds the server, the domain of the mailbox stands for it."""
    if server.url is None:
        return f"skyflytt-ews-{login.rpartition('@')[2].lower()}"
    parts = urlsplit(server.url)
    port = f"-{parts.port}" if parts.port not in (None, HTTPS) else ""
    return f"skyflytt-ews-{(parts.hostname or '').lower()}{port}"


def limits_of(project: Project) -> dict[str, int]:
    """Connections by limit; where two of the project's servers are the same machine, the smaller number."""
    found: dict[str, int] = {}
    for server, login in _places(project):
        name = limit_name(server, login)
        found[name] = min(server.connections, found.get(name, server.connections))
    return found


def make_limits(project: Project) -> dict[str, int]:
    """Make the limits of the project's servers, or change them to what the project says; may be repeated at any time."""
    limits = limits_of(project)
    with get_client(sync_client=True) as client:
        for name, connections in limits.items():
            if not _made(client, name, connections):
                client.update_global_concurrency_limit(
                    name, GlobalConcurrencyLimitUpdate(limit=connections, active=True)
                )
    return limits


def take_back(project: Project) -> None:
    """Count nobody as holding a connection: for whoever knows that all who held any are dead, and need not wait for their leases."""
    with get_client(sync_client=True) as client:
        for name in limits_of(project):
            client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(active_slots=0))


def ensure_limit(name: str, connections: int) -> None:
    """Make the limit unless there is one: that one may have been changed by hand."""
    with get_client(sync_client=True) as client:
        try:
            client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            _made(client, name, connections)


def _made(client: SyncPrefectClient, name: str, connections: int) -> bool:
    """False when there is one already."""
    try:
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=connections))
    except ObjectAlreadyExists:
        return False
    return True


def _places(project: Project) -> Iterator[tuple[EwsServer, str]]:
    for mailbox in project.mailboxes:
        for place in (mailbox.source, mailbox.target):
            server = project.server(place.server)
            if isinstance(server, EwsServer):
                yield server, place.login
