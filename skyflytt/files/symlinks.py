"""What becomes of symbolic links: left behind, kept as links, or followed as far as they stay inside the share."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from enum import StrEnum

LEADS_OUT = "files.link-leads-out"
LOOPS = "files.link-loops"
LEADS_NOWHERE = "files.link-leads-nowhere"
TOO_DEEP = "files.link-too-deep"

REASONS = {
    LEADS_OUT: "It is a symbolic link that leads out of the share; such links are never followed.",
    LOOPS: "It is a symbolic link to a folder that it lies in itself.",
    LEADS_NOWHERE: "It is a symbolic link to something that is not there.",
    TOO_DEEP: "It is a symbolic link behind too many others.",
}
"""Why a link is left behind, by code."""


class Symlinks(StrEnum):
    """A share's policy."""

    SKIP = "skip"
    KEEP = "keep"
    FOLLOW_INSIDE = "follow-inside"


def inside(at: str, link: str) -> str | None:
    """The path, from the share's root, that a link at the path `at` points to; None when that is outside. The root itself is empty.

    Absolute links are outside: where the share's root lies in its file system is nothing that the two systems agree on. So are those
    that go up again after a name, which may itself be a link to anywhere.
    """
    names = [name for name in link.split("/") if name not in ("", ".")]
    if ".." in names[next((at for at, name in enumerate(names) if name != ".."), len(names)) :]:
        return None
    if link.startswith("/") or not link or "\0" in link:
        return None
    end = posixpath.normpath(posixpath.join(posixpath.dirname(at), link))
    if end == ".." or end.startswith("../"):
        return None
    return "" if end == "." else end


def at_places(path: str, link: str, place_of: Callable[[str], str]) -> str:
    """What a link says once it and its end are at their places at the target, where one of them may be called otherwise."""
    end = inside(path, link)
    if end is None or (place_of(path) == path and place_of(end) == end):
        return link
    return posixpath.relpath(place_of(end) or ".", posixpath.dirname(place_of(path)) or ".")
