"""How a pass sees that a file changed: by size and time, by its content as well, or by the source's own change token."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum

from skyflytt.errors.base import Failure
from skyflytt.files.each import attempt, read_each
from skyflytt.files.lanes import BIG_BYTES, GROUP_BYTES, GROUP_ITEMS
from skyflytt.files.listing import LINK
from skyflytt.files.port import FileStore
from skyflytt.files.verification import content_digest
from skyflytt.ledger.items import Seen
from skyflytt.ledger.listing import Listed, Unreadable


class Detect(StrEnum):
    """What makes a file of the source another version of itself."""

    SIZE_MTIME = "size-mtime"
    TOKEN = "token"
    """Size, time, or the token that the source keeps for it (ETag, ctime)."""
    DIGEST = "digest"
    """Its SHA-256: every file is read in every pass. For sources whose times are not to be trusted."""


def digested(listing: Iterator[Listed], source: FileStore) -> Iterator[Listed]:
    """The listing with the SHA-256 of each file as its identity; a file that cannot be read is told as unreadable.

    Small files are read in groups. Raises what ends the pass.
    """
    group: list[Listed] = []
    size = 0
    for listed in listing:
        if isinstance(listed, Seen) and _is_file(listed) and listed.size_bytes >= BIG_BYTES:
            yield from _digested(group, source)
            yield _one(listed, source)
            group, size = [], 0
            continue
        group.append(listed)
        size += listed.size_bytes if isinstance(listed, Seen) else 0
        if len(group) >= GROUP_ITEMS or size >= GROUP_BYTES:
            yield from _digested(group, source)
            group, size = [], 0
    yield from _digested(group, source)


def _is_file(listed: Listed) -> bool:
    return isinstance(listed, Seen) and not listed.key.endswith("/") and not listed.version.startswith(LINK)


def _digested(group: list[Listed], source: FileStore) -> Iterator[Listed]:
    files = [one for one in group if isinstance(one, Seen) and _is_file(one)]
    contents = read_each(source, [(one.key, one.size_bytes) for one in files])
    found = {
        one.key: content if isinstance(content, Failure) else hashlib.sha256(content).hexdigest()
        for one, content in zip(files, contents, strict=True)
    }
    for one in group:
        yield _with(one, found[one.key]) if isinstance(one, Seen) and one.key in found else one


def _one(seen: Seen, source: FileStore) -> Listed:
    return _with(seen, attempt(lambda: content_digest(source, seen.key)))


def _with(seen: Seen, digest: str | Failure) -> Listed:
    if isinstance(digest, Failure):
        return Unreadable(seen.key, digest)
    return Seen(seen.key, seen.version, seen.size_bytes, seen.container, digest)
