"""Where a drop is, and as whom its customer signs in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from skyflytt.project.model import Project
from skyflytt.project.servers import FtpsServer, S3Server

LOGIN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Place:
    """`folder` is the drop's own folder below the root that the operator sees; the customer sees nothing above it."""

    kind: Literal["ftps", "s3"]
    host: str
    port: int
    folder: str
    login: str


def place_of(project: Project, drop: str) -> Place:
    """The place of the project's drop; `LookupError` where the project has no such drop."""
    server = project.server(project.drop(drop).server)
    folder, login = f"{project.project}/{drop}", login_of(project.project, drop)
    if isinstance(server, FtpsServer):
        return Place("ftps", server.host, server.port, folder, login)
    if isinstance(server, S3Server):
        address = urlsplit(server.endpoint_url or f"https://s3.{server.region or 'us-east-1'}.amazonaws.com")
        return Place("s3", address.hostname or "", address.port or 443, folder, login)
    raise LookupError(f"the drop {drop} is at a server of kind {server.kind}, which is neither ftps nor s3")


def login_of(project: str, drop: str) -> str:
    """`norrsken-handover`; long names are shortened and told apart by a hash."""
    name = f"{project}-{drop}"
    if len(name) <= LOGIN_LENGTH:
        return name
    return f"{name[: LOGIN_LENGTH - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
