"""Where an end of a mapping really is, so that two names for the same place are recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from skyflytt.project.servers import imap_port


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
    else:
        system = (str(settings.get("kind")), str(settings.get("root")))
    return Place((*system, str(end["login"]).casefold()), PurePosixPath())


def share_place(servers: Mapping[str, Any], end: Mapping[str, Any]) -> Place | None:
    server = end.get("server")
    settings = servers.get(server) if isinstance(server, str) else None
    if not isinstance(settings, Mapping):
        return None
    path = PurePosixPath(str(settings.get("root") or "/"), str(end["path"]))
    if settings.get("kind") == "sftp":
        # The account belongs to the system: servers often show each account a tree of its own.
        return Place(
            ("sftp", str(settings.get("host")).casefold(), str(settings.get("port") or 22), str(settings.get("user"))),
            path,
        )
    return Place((str(settings.get("kind")),), path)
