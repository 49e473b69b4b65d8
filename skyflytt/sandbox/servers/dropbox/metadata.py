"""What is told of a file or folder (FileMetadata, FolderMetadata)."""

from __future__ import annotations

from typing import Any

from skyflytt.sandbox.servers.dropbox.settings import Shared
from skyflytt.sandbox.servers.dropbox.site import Asked, Site, home_name
from skyflytt.sandbox.servers.dropbox.tree import Node, Tree, folded


def metadata(
    site: Site, asked: Asked, tree: Tree, names: list[str], node: Node, *, members: bool = False
) -> dict[str, Any]:
    """Of the path shown, only the last part is spelled as it is, as the documentation warns; what is above is in small letters."""
    shown = names
    if asked.in_team_space and tree is not site.team:
        shown = [home_name(asked.person), *names]
    lower = "".join(f"/{folded(name)}" for name in shown)
    told: dict[str, Any] = {
        ".tag": "folder" if node.is_folder else "file",
        "name": node.name,
        "id": node.id,
        "path_lower": lower,
        "path_display": f"{lower.rpartition('/')[0]}/{node.name}",
    }
    sharing = _sharing(site, tree, names, folder=node.is_folder)
    if sharing:
        told["sharing_info"] = sharing
    if node.is_folder:
        return told
    told |= {
        "client_modified": node.modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "server_modified": site.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rev": node.rev,
        "size": len(node.content or b""),
        "content_hash": node.content_hash,
        "is_downloadable": not node.document,
    }
    if node.document:
        told["export_info"] = {"export_as": "markdown"}
    if members:
        told["has_explicit_shared_members"] = shared_at(site, tree, names) is not None
    return told


def _sharing(site: Site, tree: Tree, names: list[str], *, folder: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"read_only": False}
    one = shared_at(site, tree, names)
    if folder and one is not None:
        return {**told, "shared_folder_id": shared_id(site, one), "no_access": one.no_access}
    for depth in range(len(names) - 1, 0, -1):
        above = shared_at(site, tree, names[:depth])
        if above is not None:
            return {**told, "parent_shared_folder_id": shared_id(site, above)}
    return {}


def shared_at(site: Site, tree: Tree, names: list[str]) -> Shared | None:
    here = "/".join(map(folded, names))
    for one in site.account.shared:
        of = site.team if one.of == "team" else site.homes[one.of]
        if of is tree and folded(one.path.strip("/")) == here:
            return one
    return None


def shared_id(site: Site, one: Shared) -> str:
    return str(3000 + site.account.shared.index(one))


def shared_by_id(site: Site, number: str) -> Shared | None:
    return next((one for one in site.account.shared if shared_id(site, one) == number), None)
