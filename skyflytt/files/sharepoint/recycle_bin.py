"""What was deleted and can be brought back: https://learn.microsoft.com/graph/api/recyclebin-list-items.

A file that is in the bin takes room, is covered by a search of authorities, and is not erased. What is gone and not in it is erased, or was
moved to another library.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from skyflytt.files.sharepoint.failures import failures
from skyflytt.files.sharepoint.library import Library
from skyflytt.graph import GraphClient


class Fate(StrEnum):
    """What became of something that is not at its place."""

    RECYCLED = "in the recycle bin"
    GONE = "gone"
    UNKNOWN = "unknown"
    """The library's site is not known, so that nobody can look."""


@dataclass(frozen=True, slots=True)
class Recycled:
    """`path` is below the site, with the library's name first."""

    path: str
    size_bytes: int
    deleted: datetime


def recycled(client: GraphClient, library: Library) -> Iterator[Recycled]:
    """Everything in the bin of the library's site; empty where Graph names no site."""
    if not library.site_id:
        return
    with failures(f"the recycle bin of {library.name}", client.host):
        for item in client.pages(f"/sites/{library.site_id}/recycleBin/items"):
            yield _of(item)


def fates(client: GraphClient, library: Library, paths: Iterable[str]) -> dict[str, Fate]:
    """What became of paths of the store that are missing there. A folder takes along what it holds."""
    if not library.site_id:
        return dict.fromkeys(paths, Fate.UNKNOWN)
    binned = {one.path.casefold() for one in recycled(client, library)}
    return {path: Fate.RECYCLED if _is_among(library, path, binned) else Fate.GONE for path in paths}


def _is_among(library: Library, path: str, binned: set[str]) -> bool:
    parts = f"{library.above}/{path}".casefold().split("/")
    return any("/".join(parts[:depth]) in binned for depth in range(1, len(parts) + 1))


def _of(item: Mapping[str, Any]) -> Recycled:
    name, location = str(item.get("title") or item.get("name") or ""), str(item.get("deletedFromLocation") or "")
    try:
        at = datetime.fromisoformat(str(item.get("deletedDateTime"))).astimezone(UTC)
    except ValueError:
        at = datetime.fromtimestamp(0, UTC)
    size = item.get("size")
    return Recycled(f"{location.strip('/')}/{name}", size if isinstance(size, int) else 0, at)
