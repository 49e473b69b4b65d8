"""The sorted scan, for every store that lists one folder at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from skyflytt.errors.base import Permanent
from skyflytt.errors.files import NameNotUtf8
from skyflytt.files.paths import check_name, is_utf8, readable, sort_key
from skyflytt.files.port import Entry, EntryKind, ScanFailure


@dataclass(slots=True, unsafe_hash=True)
class Listed:
    """One name in one folder, as the store lists it; bytes of the name that are not UTF-8 are lone surrogates.

    As with `Entry`, nobody changes it, and it is not frozen only for speed.
    """

    name: str
    kind: EntryKind
    size_bytes: int
    modified: datetime
    names: int = 1
    token: str | int = ""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A name that is there, but could not be looked at."""

    name: str
    failure: Permanent
    folder: bool = False


DOTS = ("", ".", "..")
SHOWN = "its bytes are shown as \\x.."

ListFolder = Callable[[str], Iterable[Listed | Unlisted]]
"""Lists a folder by its path (empty: the root), in any order, without `.` and `..`; a missing one raises `PathMissing`."""


def walk(list_folder: ListFolder, below: str = "") -> Iterator[Entry | ScanFailure]:
    """Everything below a folder in the order of the keys; memory is that of the listings on the way down to the current entry.

    What is wrong with one entry (`Permanent`) becomes a `ScanFailure` in its place: a folder that cannot be listed is reported so
    instead of as an entry, since nothing is known of what it holds. Any other failure ends the scan.
    """
    # A million entries come through here: what is a line here and not a function of its own is so for that.
    open_folders = [(f"{below}/" if below else "", _last_first(list_folder(below)))]
    while open_folders:
        above, pending = open_folders[-1]
        while pending:
            one = pending.pop()
            if isinstance(one, Unlisted):
                yield ScanFailure(above + one.name, one.failure, one.folder)
            elif one.kind is EntryKind.FILE:
                yield Entry(above + one.name, one.kind, one.size_bytes, one.modified, one.names, one.token)
            elif one.kind is not EntryKind.FOLDER:
                yield Entry(above + one.name, one.kind, 0, one.modified)
            else:
                folder = Entry(above + one.name, one.kind, 0, one.modified)
                try:
                    inside = _last_first(list_folder(folder.path))
                except Permanent as failure:
                    yield ScanFailure(folder.path, failure, folder=True)
                    continue
                yield folder
                open_folders.append((f"{folder.path}/", inside))
                break
        else:
            open_folders.pop()


def _last_first(listing: Iterable[Listed | Unlisted]) -> list[Listed | Unlisted]:
    return sorted(_shown(list(listing)), key=_key, reverse=True)


def _shown(listing: list[Listed | Unlisted]) -> list[Listed | Unlisted]:
    """The listing with those names replaced that no entry can have: a failure stands where its readable name would."""
    odd = [one for one in listing if not one.name.isascii() or "/" in one.name or "\0" in one.name or one.name in DOTS]
    bad = [found for found in odd if (isinstance(found, Unlisted) and not is_utf8(found.name)) or _fault(found)]
    if not bad:
        return listing
    shown: list[Listed | Unlisted] = [found for found in listing if found not in bad]
    taken = {found.name for found in shown}
    for found in bad:
        name = readable(found.name).replace("/", "\\x2F")
        while name in taken:
            name += "~"
        taken.add(name)
        folder = isinstance(found, Listed) and found.kind is EntryKind.FOLDER
        shown.append(Unlisted(name, _fault(found) or NameNotUtf8(name, SHOWN), folder))
    return shown


def _fault(found: Listed | Unlisted) -> Permanent | None:
    if isinstance(found, Unlisted):
        return None
    if not is_utf8(found.name):
        return NameNotUtf8(readable(found.name), SHOWN)
    try:
        check_name(found.name)
    except Permanent as failure:
        return failure
    return None


def _key(found: Listed | Unlisted) -> str:
    return sort_key(found.name, folder=found.folder if isinstance(found, Unlisted) else found.kind is EntryKind.FOLDER)
