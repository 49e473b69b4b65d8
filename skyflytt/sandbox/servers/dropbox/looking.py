"""files/list_folder, files/get_metadata and files/download."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from starlette.responses import Response

from skyflytt.sandbox.servers.dropbox.answers import SIMULATOR, Refused, refused
from skyflytt.sandbox.servers.dropbox.metadata import metadata
from skyflytt.sandbox.servers.dropbox.site import Asked, Site, home_name
from skyflytt.sandbox.servers.dropbox.tree import Node, Tree, folded

NUMBERS = count(1)


def list_folder(site: Site, asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    tree, names = site.place(asked, argument["path"])
    node = tree.find(names)
    if node is None:
        raise refused("path", "not_found")
    if not node.is_folder:
        raise refused("path", "not_folder")
    members = bool(argument.get("include_has_explicit_shared_members"))
    found = [metadata(site, asked, tree, [*names, one.name], one, members=members) for one in node.inside.values()]
    if asked.in_team_space and tree is site.team and not names:
        home = site.homes[asked.person.email]
        found.append(metadata(site, asked, home, [], Node(home_name(asked.person))) | {"name": home_name(asked.person)})
    shown = _as_shown(site, (id(tree), tuple(map(folded, names))), found)
    return _page(site, list(shown), min(argument.get("limit") or site.account.page, site.account.page))


def _as_shown(site: Site, key: tuple[int, tuple[str, ...]], found: list[Any]) -> list[Any]:
    """A folder's listing as it was, for so many times after it changed."""
    if not site.account.stale_listings:
        return found
    before, left = site.shown.get(key, (found, site.account.stale_listings))
    if [(one["id"], one["name"]) for one in before] == [(one["id"], one["name"]) for one in found]:
        site.shown[key] = (found, site.account.stale_listings)
        return found
    if left > 0:
        site.shown[key] = (before, left - 1)
        return before
    site.shown[key] = (found, site.account.stale_listings)
    return found


def _page(site: Site, entries: list[Any], limit: int) -> dict[str, Any]:
    cursor = f"sim-cursor-{next(NUMBERS)}"
    site.cursors[cursor] = (entries[limit:], limit)
    return {"entries": entries[:limit], "cursor": cursor, "has_more": len(entries) > limit}


@dataclass(frozen=True)
class Watched:
    """What a cursor of a whole tree knows: each path with what tells one state of it from another, and pages that are yet to be told."""

    names: tuple[str, ...]
    known: dict[str, tuple[str, str, str]]
    left: tuple[dict[str, Any], ...] = ()


def latest_cursor(site: Site, asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    tree, names = site.place(asked, argument["path"])
    node = tree.find(names)
    if node is None:
        raise refused("path", "not_found")
    if not argument.get("recursive"):
        raise Refused(
            400, 'Error in call to API function "files/list_folder/get_latest_cursor": simulated for whole trees alone.'
        )
    return {"cursor": _watching(site, Watched(tuple(names), _states(site, asked, tree, names)[0]))}


def _watching(site: Site, watched: Watched) -> str:
    cursor = f"sim-cursor-{next(NUMBERS)}"
    site.cursors[cursor] = watched
    return cursor


def _states(
    site: Site, asked: Asked, tree: Tree, names: list[str]
) -> tuple[dict[str, tuple[str, str, str]], dict[str, dict[str, Any]]]:
    """By path in small letters: what tells a state from another, and what is told of it."""
    known, told = {}, {}
    node = tree.find(names)
    for one in node.inside.values() if node is not None else ():
        here = [*names, one.name]
        shown = metadata(site, asked, tree, here, one)
        known[shown["path_lower"]], told[shown["path_lower"]] = (one.id, one.name, one.rev), shown
        if one.is_folder:
            below = _states(site, asked, tree, here)
            known |= below[0]
            told |= below[1]
    return known, told


def _changed(site: Site, asked: Asked, watched: Watched) -> dict[str, Any]:
    """What is gone first, each tree by its top alone; then what came or changed."""
    entries, now = list(watched.left), watched.known
    if not entries:
        tree, names = site.place(asked, "/" + "/".join(watched.names))
        now, told = _states(site, asked, tree, names)
        gone = [path for path in watched.known if path not in now]
        entries = [
            {".tag": "deleted", "name": path.rpartition("/")[2], "path_lower": path, "path_display": path}
            for path in gone
            if path.rpartition("/")[0] not in gone
        ]
        entries += [told[path] for path, state in now.items() if watched.known.get(path) != state]
    page = site.account.page
    cursor = _watching(site, Watched(watched.names, now, tuple(entries[page:])))
    return {"entries": entries[:page], "cursor": cursor, "has_more": len(entries) > page}


def list_folder_continue(site: Site, asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    if argument["cursor"] not in site.cursors:
        raise refused("reset")
    if isinstance(watched := site.cursors[argument["cursor"]], Watched):
        return _changed(site, asked, watched)
    return _page(site, *site.cursors[argument["cursor"]])


def get_metadata(site: Site, asked: Asked, argument: dict[str, Any]) -> dict[str, Any]:
    tree, names = site.place(asked, argument["path"])
    node = tree.find(names)
    if node is None:
        raise refused("path", "not_found")
    if not names and not (asked.in_team_space and tree is not site.team):
        raise Refused(400, 'Error in call to API function "files/get_metadata": the root folder is unsupported.')
    told = metadata(site, asked, tree, names, node, members=bool(argument.get("include_has_explicit_shared_members")))
    return told if names else told | {"name": home_name(asked.person)}


def download(site: Site, asked: Asked, argument: dict[str, Any], wanted: str | None) -> Response:
    tree, names = site.place(asked, argument["path"])
    node = tree.find(names)
    if node is None:
        raise refused("path", "not_found")
    if node.content is None:
        raise refused("path", "not_file")
    if node.document:
        raise refused("unsupported_file")
    headers = {
        **SIMULATOR,
        "Content-Type": "application/octet-stream",
        "Dropbox-API-Result": json.dumps(metadata(site, asked, tree, names, node)),
    }
    range_ = re.fullmatch(r"bytes=(\d+)-", wanted or "")
    if range_ is None:
        return Response(node.content, 200, headers)
    begin = int(range_[1])
    if begin >= len(node.content):
        return Response(b"", 416, {**SIMULATOR, "Content-Range": f"bytes */{len(node.content)}"})
    headers["Content-Range"] = f"bytes {begin}-{len(node.content) - 1}/{len(node.content)}"
    return Response(node.content[begin:], 206, headers)
