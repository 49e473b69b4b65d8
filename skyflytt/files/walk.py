"""The sorted scan, for every store that lists one folder at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from skyflytt.errors.base import Permanent
from skyflytt.errors.files import NameNotUtf8
from skyflytt.files.paths import check_name, is_utf8, join, readable, sort_key
from skyflytt.files.port import Entry, EntryKind, ScanFailure


@dataclass(frozen=True, slots=True)
class Listed:
    """One name in one folder, as the store lists it; bytes of the name that are not UTF-8 are lone surrogates."""

    name: str
    kind: EntryKind
    size_bytes: int
    modified: datetime
    names: int = 1


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A name that is there, but could not be looked at."""

    name: str
    failure: Permanent
    folder: bool = False


SHOWN = "its bytes are shown as \\x.."

ListFolder = Callable[[str], Iterable[Listed | Unlisted]]
"""Lists a folder by its path (empty: the root), in any order, without `.` and `..`; a missing one raises `PathMissing`."""


def walk(list_folder: ListFolder, below: str = "") -> Iterator[Entry | ScanFailure]:
    """Everything below a folder in the order of the keys; memory is that of the listings on the way down to the current entry.

    What is wrong with one entry (`Permanent`) becomes a `ScanFailure` in its place: a folder that cannot be listed is reported so
    instead of as an entry, since nothing is known of what it holds. Any other failure ends the scan.
    """
    open_folders = [_sorted(below, list_folder(below))]
    while open_folders:
        found = next(open_folders[-1], None)
        if found is None:
            open_folders.pop()
            continue
        if isinstance(found, Entry) and found.kind is EntryKind.FOLDER:
            try:
                inside = list(list_folder(found.path))
            except Permanent as failure:
                yield ScanFailure(found.path, failure, folder=True)
                continue
            open_folders.append(_sorted(found.path, inside))
        yield found


def _sorted(folder: str, listing: Iterable[Listed | Unlisted]) -> Iterator[Entry | ScanFailure]:
    pending = sorted(_shown(list(listing)), key=_key, reverse=True)
    while pending:
        yield _found(folder, pending.pop())


def _shown(listing: list[Listed | Unlisted]) -> list[Listed | Unlisted]:
    """The listing with those names replaced that no entry can have: a failure stands where its readable name would."""
    bad = [found for found in listing if (isinstance(found, Unlisted) and not is_utf8(found.name)) or _fault(found)]
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


def _key(found: Listed | Unlisted) -> bytes:
    return sort_key(found.name, folder=found.folder if isinstance(found, Unlisted) else found.kind is EntryKind.FOLDER)


def _found(folder: str, found: Listed | Unlisted) -> Entry | ScanFailure:
    path = join(folder, found.name)
    if isinstance(found, Unlisted):
        return ScanFailure(path, found.failure, found.folder)
    if found.kind is not EntryKind.FILE:
        return Entry(path, found.kind, 0, found.modified)
    return Entry(path, found.kind, found.size_bytes, found.modified, found.names)
