"""Copy one file: to a temporary name, digest while copying, verify, rename. What was cut off goes on where it stopped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from skyflytt.errors.base import Permanent
from skyflytt.errors.files import CopyAltered, FileChanging, PathMissing, TargetOccupied
from skyflytt.errors.sharepoint import UploadExpired
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.files.sized import unfinished_bytes, write_sized
from skyflytt.files.verification import BLOCK_BYTES, content_digest, verify
from skyflytt.ledger.schema import Verified

__all__ = ["Copied", "content_digest", "copy_file", "is_partial", "may_go_on", "partial_path"]

RESUME_FROM_BYTES = 8 * 1024 * 1024
PARTIAL_PREFIX = ".skyflytt-"
PARTIAL_SUFFIX = ".partial"
"""Not `.part`, which Nextcloud and ownCloud refuse; that was the ending once, and is still known."""
PARTIAL_LENGTH = len(PARTIAL_PREFIX) + 16 + len(PARTIAL_SUFFIX)
PARTIAL_NAME = re.compile(re.escape(PARTIAL_PREFIX) + r"[0-9a-f]{16}\.part(?:ial)?")


Moved = Callable[[int], None]
"""Told how many bytes have just been moved; may raise to stop the copy where it is."""


def unwatched(_bytes: int) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A finished copy: its SHA-256 as hex, its size, and how the target's bytes were compared."""

    digest: str
    size_bytes: int
    verified: Verified


def copy_file(
    source: FileStore,
    target: FileStore,
    entry: Entry,
    target_path: str,
    *,
    replace: bool = False,
    partial: str = "",
    moved: Moved = unwatched,
) -> Copied:
    """Copy `entry` to `target_path`; its time of modification is kept. With `replace`, in one step in place of what is there.

    `partial` is the temporary name, where it is not the one beside the target.

    Raises `FileChanging` when the source's file is not the one that was listed, `CopyAltered` when the target's bytes differ,
    `TargetOccupied` when something came to the place while the copy was made.
    """
    partial = partial or partial_path(target_path, entry)
    try:
        offset = _resume_at(target, entry, partial)
        try:
            arrived = _arrived(source, target, entry, partial, offset=offset, moved=moved)
        except (CopyAltered, UploadExpired):
            if not offset:
                raise
            # What was gone on with need not have been what was sent, and may be gone.
            arrived = _arrived(source, target, entry, partial, offset=0, moved=moved)
        digest, verified, modified = arrived
        if not replace:
            check_free(target_path, target.stat(target_path))
        target.rename(partial, target_path, modified)
    except (Permanent, FileChanging, CopyAltered):
        # Nothing will go on with it. After any other failure the next pass does.
        with suppress(Permanent):
            target.remove(partial)
        raise
    return Copied(digest, entry.size_bytes, verified)


def partial_path(target_path: str, entry: Entry) -> str:
    """The temporary name beside the target, the same for the same version of the same file."""
    version = f"{target_path}\0{entry.size_bytes}\0{entry.modified.isoformat()}"
    folder, slash, _ = target_path.rpartition("/")
    return f"{folder}{slash}{PARTIAL_PREFIX}{hashlib.sha256(version.encode()).hexdigest()[:16]}{PARTIAL_SUFFIX}"


def may_go_on(target: FileStore, entry: Entry) -> bool:
    """Whether a copy of `entry` that was cut off is resumed rather than begun anew."""
    can = target.capabilities
    return (can.resumable_writes or can.sized_writes) and entry.size_bytes >= RESUME_FROM_BYTES


def is_partial(path: str) -> bool:
    """Whether a path is such a temporary name."""
    # Asked of every file of a share, and hardly ever so.
    return PARTIAL_PREFIX in path and PARTIAL_NAME.fullmatch(path.rpartition("/")[2]) is not None


def _arrived(
    source: FileStore, target: FileStore, entry: Entry, partial: str, *, offset: int, moved: Moved
) -> tuple[str, Verified, datetime]:
    digest = _transfer(source, target, entry, partial, offset=offset, moved=moved)
    modified = check_unchanged(entry, source.stat(entry.path))
    return digest, verify(target, partial, digest, entry.size_bytes), modified


def _transfer(source: FileStore, target: FileStore, entry: Entry, partial: str, *, offset: int, moved: Moved) -> str:
    sha256, position = hashlib.sha256(), 0
    size = entry.size_bytes
    with source.read(entry.path) as reading, write_sized(target, partial, size, offset) as writing:
        while block := reading.read(BLOCK_BYTES):
            moved(len(block))
            sha256.update(block)
            if position + len(block) > offset:
                writing.write(block[max(0, offset - position) :])
            position += len(block)
    if position != entry.size_bytes:
        raise FileChanging(entry.path, f"{entry.size_bytes} bytes were listed, {position} were read")
    return sha256.hexdigest()


def _resume_at(target: FileStore, entry: Entry, partial: str) -> int:
    if not may_go_on(target, entry):
        return 0
    if target.capabilities.sized_writes:
        return unfinished_bytes(target, partial, entry.size_bytes)
    left = target.stat(partial)
    return left.size_bytes if left is not None and left.size_bytes <= entry.size_bytes else 0


def check_unchanged(entry: Entry, now: Entry | None) -> datetime:
    """Its time of modification; raise unless the source's file is still the one that was listed, by the store's token if it has one."""
    if now is None or now.kind is not EntryKind.FILE:
        raise PathMissing(entry.path, "it went away while it was copied")
    if now.size_bytes != entry.size_bytes or not _same_version(entry, now):
        raise FileChanging(entry.path, "its size or time changed meanwhile")
    return now.modified


def _same_version(entry: Entry, now: Entry) -> bool:
    return str(entry.token) == str(now.token) if entry.token and now.token else entry.modified == now.modified


def time_of(store: FileStore, entry: Entry) -> datetime:
    """The time of modification of a file that was listed; asked for where a scan tells another one."""
    if store.capabilities.times_by_scan or entry.kind is not EntryKind.FILE:
        return entry.modified
    now = store.stat(entry.path)
    return entry.modified if now is None else now.modified


def check_free(path: str, there: Entry | None) -> None:
    """Raise when something came to the place."""
    if there is not None:
        raise TargetOccupied(path, "it came while the copy was made")
