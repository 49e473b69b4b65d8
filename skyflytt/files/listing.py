"""A share's scan as the ledger's listing: versions, exclusions, and what is neither file nor folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from skyflytt.files.copy import is_partial
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.ledger.items import Seen
from skyflytt.ledger.listing import LeftOut, Listed, Unreadable

EXCLUDED = "files.excluded"
KIND_NOT_COPIED = "files.kind-not-copied"
TEMPORARY = "files.temporary"


def listing(scan: Iterator[Entry | ScanFailure], excluded: Callable[[str], bool]) -> Iterator[Listed]:
    """Each entry of the scan, to be recorded; `excluded` is asked with the entry's key (folders end in a slash)."""
    for entry in scan:
        yield Unreadable(entry.key, entry.failure) if isinstance(entry, ScanFailure) else _listed(entry, excluded)


def _listed(entry: Entry, excluded: Callable[[str], bool]) -> Listed:
    seen = Seen(entry.key, version_of(entry), entry.size_bytes)
    if excluded(entry.key):
        return LeftOut(seen, EXCLUDED, "The project file excludes it.")
    if entry.kind in (EntryKind.SYMLINK, EntryKind.OTHER):
        return LeftOut(seen, KIND_NOT_COPIED, f"It is a {entry.kind}; only files and folders are moved.")
    if is_partial(entry.key):
        # At the target it could not be told from an unfinished copy.
        return LeftOut(seen, TEMPORARY, "It is an unfinished copy that an earlier move left behind.")
    return seen


def version_of(entry: Entry) -> str:
    """What changes when a file does: its size and time of modification. A folder is always the same."""
    return "" if entry.kind is EntryKind.FOLDER else f"{entry.size_bytes}:{entry.modified.astimezone(UTC).isoformat()}"


def entry_of(key: str, version: str, size_bytes: int) -> Entry:
    """The entry that a listing's key and version came from."""
    if key.endswith("/"):
        return Entry(key[:-1], EntryKind.FOLDER, 0, datetime.fromtimestamp(0, UTC))
    return Entry(key, EntryKind.FILE, size_bytes, datetime.fromisoformat(version.partition(":")[2]))
