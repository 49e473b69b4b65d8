"""The connections that a server permits, as a global concurrency limit of Prefect: one for all runs and workers together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.responses import GlobalConcurrencyLimitResponse
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from skyflytt.project.model import Project
from skyflytt.project.servers import (
    DropboxServer,
    EwsServer,
    FtpsServer,
    GraphServer,
    ImapServer,
    S3Server,
    Server,
    SftpServer,
    SharepointServer,
    SmbServer,
    WebdavServer,
)

HTTPS = 443
AT_ONCE = 16
"""Mailboxes or shares that have all their connections at a server at the same time; at an Exchange, `connections` is for all."""
USUAL_PORTS = {"imap": (993, 143), "sftp": (22,), "smb": (445,), "webdav": (HTTPS,), "ftps": (21,)}


def limit_name(server: Server, login: str = "") -> str | None:
    """`skyflytt-ews-mail.example.com`, `skyflytt-sftp-files.example.com-2222`; None for what is no server far away.

    Where autodiscover finds an Exchange, the domain of the mailbox stands for it.
    """
    place = _place(server, login)
    return f"skyflytt-{server.kind}-{place}" if place else None


def limit_of(server: Server) -> int:
    """How many connections there may be at the server, by all mailboxes, shares, runs and workers together."""
    connections = int(getattr(server, "connections", 1))
    return connections if isinstance(server, EwsServer) else AT_ONCE * connections


def limits_of(project: Project) -> dict[str, int]:
    """Connections by limit; where two of the project's servers are the same machine, the smaller number."""
    return {name: number for name, (_, number) in _limits(project).items()}


def make_limits(project: Project) -> dict[str, int]:
    """Make the limits of the project's servers; may be repeated at any time.

    That of an Exchange is changed to what the project says. The others are for a person to change, at Prefect, and stay as they are.
    """
    limits = _limits(project)
    with get_client(sync_client=True) as client:
        for name, (server, connections) in limits.items():
            if not _made(client, name, connections) and isinstance(server, EwsServer):
                client.update_global_concurrency_limit(
                    name, GlobalConcurrencyLimitUpdate(limit=connections, active=True)
                )
    return {name: number for name, (_, number) in limits.items()}


def take_back(project: Project) -> None:
    """Count nobody as holding a connection: for whoever knows that all who held any are dead, and need not wait for their leases."""
    with get_client(sync_client=True) as client:
        for name in limits_of(project):
            client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(active_slots=0))


def ensure_limit(name: str, connections: int) -> None:
    """Make the limit unless there is one: that one may have been changed by hand."""
    with get_client(sync_client=True) as client:
        if _read(client, name) is None:
            _made(client, name, connections)


@cache
def ensure_once(api: str, name: str, connections: int) -> None:  # noqa: ARG001 - another server has other limits
    """As `ensure_limit`, asked once in the life of a process."""
    ensure_limit(name, connections)


def _read(client: SyncPrefectClient, name: str) -> GlobalConcurrencyLimitResponse | None:
    try:
        return client.read_global_concurrency_limit_by_name(name)
    except ObjectNotFound:
        return None


def _made(client: SyncPrefectClient, name: str, connections: int) -> bool:
    """False when there is one already."""
    try:
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=connections))
    except ObjectAlreadyExists:
        return False
    return True


def _limits(project: Project) -> dict[str, tuple[Server, int]]:
    found: dict[str, tuple[Server, int]] = {}
    for server, login in _places(project):
        name, connections = limit_name(server, login), limit_of(server)
        if name is not None and connections < found.get(name, (server, connections + 1))[1]:
            found[name] = (server, connections)
    return found


def _places(project: Project) -> Iterator[tuple[Server, str]]:
    for mailbox in project.mailboxes:
        for place in (mailbox.source, mailbox.target):
            yield project.server(place.server), place.login
    for share in project.shares:
        for end in (share.source, share.target):
            yield project.server(end.server), ""


def _place(server: Server, login: str) -> str | None:
    """What is one and the same for everybody who works at it."""
    if isinstance(server, EwsServer):
        return _host(server.url) if server.url else login.rpartition("@")[2].lower() or None
    if isinstance(server, ImapServer | SftpServer | SmbServer | WebdavServer | FtpsServer):
        usual = server.port in USUAL_PORTS[server.kind]
        return server.host.lower() + ("" if usual else f"-{server.port}")
    if isinstance(server, S3Server):
        return _host(str(server.endpoint_url)) if server.endpoint_url else f"aws-{server.region or 'default'}"
    if isinstance(server, GraphServer | SharepointServer):
        return server.tenant.lower()
    return (
        (_host(server.url) if server.url else server.team or "dropbox") if isinstance(server, DropboxServer) else None
    )


def _host(url: str) -> str:
    parts = urlsplit(url)
    port = f"-{parts.port}" if parts.port not in (None, HTTPS) else ""
    return f"{(parts.hostname or '').lower()}{port}"
