"""Where a server of the project is spoken to, and how TLS begins there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from skyflytt.project import servers
from skyflytt.project.servers import Server

Way = Literal["https", "tls", "imap", "smtp", "ftp", "none"]
BY_KIND: dict[str, Way] = {"ftps": "ftp", "webdav": "https", "sftp": "none", "smb": "none"}
IMAP: dict[str, Way] = {"tls": "tls", "starttls": "imap"}
SMTP: dict[str, Way] = {"tls": "tls", "starttls": "smtp", "none": "none"}


@dataclass(frozen=True, slots=True)
class Door:
    """How the server is spoken to: from the first byte in TLS (`https` also tells the time), after a command, or not in TLS."""

    host: str
    port: int
    way: Way
    ca_file: Path | None = None


def door_of(server: Server) -> Door | None:
    """None for a folder of this machine, for the drop's own server here, and where the address is only known after a sign-in."""
    if isinstance(server, servers.FtpsServer) and server.accounts_dir is not None:
        return None
    if isinstance(server, servers.EwsServer | servers.S3Server | servers.GraphServer | servers.DropboxServer):
        return _door_at(_address(server), server.ca_file)
    if isinstance(server, servers.ImapServer):
        return Door(server.host, server.port, IMAP[server.security], server.ca_file)
    if isinstance(server, servers.SmtpServer):
        return Door(server.host, server.port, SMTP[server.security], server.ca_file)
    if isinstance(server, servers.FtpsServer | servers.WebdavServer | servers.SftpServer | servers.SmbServer):
        return Door(server.host, server.port, BY_KIND[server.kind], getattr(server, "ca_file", None))
    return None


def _address(
    server: servers.EwsServer | servers.S3Server | servers.GraphServer | servers.DropboxServer,
) -> str | None:
    if isinstance(server, servers.DropboxServer):
        return server.url or "https://api.dropboxapi.com"
    if isinstance(server, servers.GraphServer):
        return server.graph_url
    return server.url if isinstance(server, servers.EwsServer) else server.endpoint_url


def _door_at(url: str | None, ca_file: Path | None) -> Door | None:
    parts = urlsplit(url or "")
    if not parts.hostname:
        return None
    secure = parts.scheme == "https"
    return Door(parts.hostname, parts.port or (443 if secure else 80), "https" if secure else "none", ca_file)
