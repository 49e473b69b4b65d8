"""Which rules hold for the names of a share at its target."""

from __future__ import annotations

from skyflytt.files.names.check import Namespace
from skyflytt.files.names.kinds import KINDS, OF_SERVERS
from skyflytt.phase.stores import folder_of
from skyflytt.project.model import Project
from skyflytt.project.servers import S3Server, Server, SharepointServer
from skyflytt.project.shares import Share


def rules_of_target(project: Project, share: Share) -> Namespace:
    """The rules of the share's target, whether the project keeps to them or not; with what stands before the share's paths there."""
    server = project.server(share.target.server)
    folder = folder_of(share.target)
    if share.name_rules is not None:
        # What stands before it at the system that the server stands for is not known here.
        return Namespace(KINDS[share.name_rules], _prefix(folder), at_top=not folder)
    return Namespace(OF_SERVERS[server.kind], _prefix(_root(server), folder))


def new_names(project: Project, share: Share) -> Namespace | None:
    """The rules that names are made to keep; None where they stay as they are."""
    return rules_of_target(project, share) if share.names == "rename" else None


def _root(server: Server) -> str:
    if isinstance(server, S3Server):
        return server.prefix or ""
    if isinstance(server, SharepointServer):
        return server.address_path
    return str(getattr(server, "root", ""))


def _prefix(*parts: str) -> str:
    """The parts as one path that ends in a slash; empty for the top."""
    inside = "/".join(part.strip("/") for part in parts if part.strip("/"))
    absolute = "/" if parts[0].startswith("/") else ""
    return f"{absolute}{inside}/" if inside else absolute
