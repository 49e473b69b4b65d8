"""What changed in a library since a token: https://learn.microsoft.com/graph/api/driveitem-delta.

The service tells changes late, and some of them twice: what it tells is a reason to look, and never what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.files.port import Entry
from skyflytt.files.sharepoint import items
from skyflytt.files.sharepoint.failures import failures
from skyflytt.files.sharepoint.library import Library
from skyflytt.graph import GraphClient, Refused


@dataclass(frozen=True, slots=True)
class Changes:
    """`changed` are entries as they are now, with paths from the top of the library; `gone` are ids of items that are not there any more.

    `token` is what to ask with next time. `anew` says that the token was too old (410): everything is told, and what is not in it is gone.
    """

    changed: tuple[Entry, ...]
    gone: tuple[str, ...]
    token: str
    anew: bool = False


def latest(client: GraphClient, library: Library) -> str:
    """A token for what changes from now on."""
    with failures(library.name, client.host):
        page = client.get(_path(library), {"token": "latest"})
    return _token(library, page)


def changes(client: GraphClient, library: Library, token: str = "") -> Changes:
    """All changes since `token`; without one, everything. Memory grows with the changes."""
    with failures(library.name, client.host):
        try:
            return _changes(client, library, token)
        except Refused as refused:
            if not token or refused.status != 410:
                raise
            return _changes(client, library, "", anew=True)


def _changes(client: GraphClient, library: Library, token: str, *, anew: bool = False) -> Changes:
    changed: dict[str, Entry] = {}
    gone: dict[str, None] = {}
    params: dict[str, str] | None = {"token": token} if token else None
    at, seen = _path(library), set[str]()
    while True:
        page = client.get(at, params)
        for item in client.elements(at, page):
            _take(item, changed, gone)
        link = page.get("@odata.nextLink")
        if not isinstance(link, str):
            return Changes(tuple(changed.values()), tuple(gone), _token(library, page), anew)
        if link in seen:
            raise GraphAnswerWrong(library.name, "the pages of its changes go round in a circle")
        seen.add(link)
        at, params = link, None


def _take(item: Mapping[str, Any], changed: dict[str, Entry], gone: dict[str, None]) -> None:
    """An item may come twice; the last word counts."""
    key = str(item.get("id"))
    changed.pop(key, None)
    gone.pop(key, None)
    if "deleted" in item:
        gone[key] = None
    elif "root" not in item:
        changed[key] = items.entry(item, path_of(item))


def path_of(item: Mapping[str, Any]) -> str:
    """From the top of the library: `parentReference.path` is `/drives/{id}/root:/Avtal/2024`, encoded."""
    above = unquote(str((item.get("parentReference") or {}).get("path") or "").partition("root:")[2]).strip("/")
    return "/".join(part for part in (above, str(item.get("name") or "")) if part)


def _path(library: Library) -> str:
    return f"/drives/{library.drive_id}/root/delta"


def _token(library: Library, page: Mapping[str, Any]) -> str:
    """The link's own token: the rest of the link is the address that was asked."""
    found = str(page.get("@odata.deltaLink") or "").partition("token=")[2].partition("&")[0]
    if not found:
        raise GraphAnswerWrong(library.name, "its changes end without a token")
    return unquote(found).strip("'")
