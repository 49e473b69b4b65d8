"""A share's scan as the ledger's listing: versions, exclusions, and what is neither file nor folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from skyflytt.files.copy import PARTIAL_PREFIX, is_partial
from skyflytt.files.exclude import Exclusions
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.symlinks import REASONS
from skyflytt.ledger.items import Seen
from skyflytt.ledger.listing import LeftOut, Listed, Unreadable

EXCLUDED = "files.excluded"
KIND_NOT_COPIED = "files.kind-not-copied"
TEMPORARY = "files.temporary"
LINKS_NOT_KEPT = "files.links-not-kept"
LINK = "link:"
"""What the version of a link that is kept as a link begins with; what it says follows."""
BEGINNING = datetime.fromtimestamp(0, UTC)


def listing(
    scan: Iterator[Entry | ScanFailure],
    excluded: Callable[[str], bool],
    *,
    tokens: bool = False,
    takes_links: bool = True,
) -> Iterator[Listed]:
    """Each entry of the scan, to be recorded; `excluded` is asked with the entry's key (folders end in a slash).

    With `tokens`, a file is another version too when the source's change token is another one. `takes_links` says whether the
    target can have symbolic links.
    """
    takes_all = isinstance(excluded, Exclusions) and excluded.is_empty
    for entry in scan:
        if isinstance(entry, ScanFailure):
            yield Unreadable(entry.key, entry.failure)
            continue
        if takes_all and entry.kind is EntryKind.FILE and PARTIAL_PREFIX not in entry.path:
            # Nearly every entry of a large share: as below, without asking what is known.
            yield Seen(entry.path, version_of(entry, tokens=tokens), entry.size_bytes)
            continue
        seen = Seen(entry.key, version_of(entry, tokens=tokens), entry.size_bytes)
        reason = _left_out(entry, seen.key, excluded, takes_links=takes_links)
        yield LeftOut(seen, *reason) if reason else seen


def _left_out(entry: Entry, key: str, excluded: Callable[[str], bool], *, takes_links: bool) -> tuple[str, str] | None:
    """Why an entry is not moved: a code and a sentence."""
    if excluded(key):
        return EXCLUDED, "The project file excludes it."
    if is_partial(key):
        # At the target it could not be told from an unfinished copy.
        return TEMPORARY, "It is an unfinished copy that an earlier move left behind."
    if entry.kind is EntryKind.FILE or entry.kind is EntryKind.FOLDER:
        return None
    if entry.why:
        return entry.why, REASONS[entry.why]
    if entry.link is None:
        return KIND_NOT_COPIED, f"It is a {entry.kind}; only files and folders are moved."
    return None if takes_links else (LINKS_NOT_KEPT, "It is a symlink, and the target keeps none.")


def version_of(entry: Entry, *, tokens: bool = False) -> str:
    """What changes when a file does: its size and time of modification, and the source's token for it if that is asked for.

    A folder is always the same; a link that is kept as one is what it says.
    """
    if entry.kind is EntryKind.FOLDER:
        return ""
    if entry.kind is not EntryKind.FILE and entry.link is not None and not entry.why:
        return f"{LINK}{entry.link}"
    modified = entry.modified if entry.modified.tzinfo is UTC else entry.modified.astimezone(UTC)
    version = f"{entry.size_bytes}:{modified.isoformat()}"
    return f"{version} {entry.token}" if tokens and entry.token else version


def size_and_time(version: str) -> str:
    """A file's version without the source's token, which a file need not keep when it is moved."""
    return version if version.startswith(LINK) else version.partition(" ")[0]


def entry_of(key: str, version: str, size_bytes: int) -> Entry:
    """The entry that a listing's key and version came from."""
    if key.endswith("/"):
        return Entry(key[:-1], EntryKind.FOLDER, 0, BEGINNING)
    if version.startswith(LINK):
        return Entry(key, EntryKind.SYMLINK, 0, BEGINNING, link=version.removeprefix(LINK))
    _, _, rest = version.partition(":")
    modified, _, token = rest.partition(" ")
    return Entry(key, EntryKind.FILE, size_bytes, datetime.fromisoformat(modified), token=token)
