"""Where an end of a mapping really is, so that two names for the same place are recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from skyflytt.project.servers import imap_port

STANDARD_PORTS = {"sftp": 22, "ftps": 21, "webdav": 443}


@dataclass(frozen=True)
class Place:
    """A system, told apart by what it is reached by, and a path in it from the top."""

    system: tuple[str, ...]
    path: PurePosixPath

    @property
    def above(self) -> tuple[Place, ...]:
        return tuple(Place(self.system, parent) for parent in self.path.parents)


def mail_place(servers: Mapping[str, Any], end: Mapping[str, Any]) -> Place | None:
    """A mailbox is one indivisible place: its login is not a path."""
    server = end.get("server")
    settings = servers.get(server) if isinstance(server, str) else None
    if not isinstance(settings, Mapping):
        return None
    if settings.get("kind") == "imap":
        system: tuple[str, ...] = (
            "imap",
            str(settings.get("host")).casefold(),
            str(settings.get("port") or imap_port(dict(settings))),
        )
    elif settings.get("kind") == "ews":
        # An archive mailbox is another place than the mailbox that it belongs to.
        system = ("ews", str(settings.get("url")).casefold(), str(settings.get("store") or "primary"))
    elif settings.get("kind") == "graph":
        system = ("graph", str(settings.get("graph_url") or "").casefold(), str(settings.get("tenant")).casefold())
    else:
        system = (str(settings.get("kind")), str(settings.get("root")))
    return Place((*system, str(end["login"]).casefold()), PurePosixPath())


def share_place(servers: Mapping[str, Any], end: Mapping[str, Any]) -> Place | None:
    server = end.get("server")
    settings = servers.get(server) if isinstance(server, str) else None
    if not isinstance(settings, Mapping):
        return None
    path = PurePosixPath(str(settings.get("root") or "/"), str(end["path"]))
    if str(settings.get("kind")) in STANDARD_PORTS:
        # The account belongs to the system: servers often show each account a tree of its own.
        kind = str(settings.get("kind"))
        port = str(settings.get("port") or STANDARD_PORTS[kind])
        return Place((kind, str(settings.get("host")).casefold(), port, str(settings.get("user"))), path)
    if settings.get("kind") == "smb":
        # Names that differ in case only are one and the same there.
        host, share = (str(settings.get(key)).casefold() for key in ("host", "share"))
        return Place(("smb", host, str(settings.get("port") or 445), share), PurePosixPath(str(path).casefold()))
    if settings.get("kind") in ("dropbox", "sharepoint"):
        return Place(_cloud(settings, str(server)), PurePosixPath(str(path).casefold()))
    if settings.get("kind") == "s3":
        prefix = PurePosixPath("/", str(settings.get("prefix") or ""), str(end["path"]))
        return Place(("s3", str(settings.get("endpoint_url")).casefold(), str(settings.get("bucket"))), prefix)
    return Place((str(settings.get("kind")),), path)


def _cloud(settings: Mapping[str, Any], server: str) -> tuple[str, ...]:
    """Names that differ in case only are one and the same there. Whose a person's own token is, only Dropbox knows."""
    if settings.get("kind") == "sharepoint":
        return (
            "sharepoint",
            *(str(settings.get(key)).casefold() for key in ("tenant", "site", "library", "user", "drive")),
        )
    member = str(settings.get("member") or f"token of {server}").casefold()
    return ("dropbox", str(settings.get("url")).casefold(), str(settings.get("space") or "home"), member)
