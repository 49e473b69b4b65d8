"""Make a link at the target: under a temporary name, read again, then renamed."""

from __future__ import annotations

import hashlib

from skyflytt.errors.files import CopyAltered
from skyflytt.files.copy import check_free
from skyflytt.files.links import make_link, read_link
from skyflytt.files.port import FileStore
from skyflytt.files.work import Work
from skyflytt.ledger.items import Done
from skyflytt.ledger.schema import Intent, Verified


def linked(work: Work, target: FileStore) -> Done:
    """Raises `CopyAltered` when the target's link says something else, `TargetOccupied` when something came to its place."""
    link = work.entry.link or ""
    target.remove(work.partial)
    make_link(target, work.partial, link)
    if read_link(target, work.partial) != link:
        target.remove(work.partial)
        raise CopyAltered(work.item.key, "the link says something else")
    if work.intent is not Intent.REPLACE:
        check_free(work.path, target.stat(work.path))
    target.rename(work.partial, work.path)
    return Done(work.item.key, work.place, Verified.BYTES, link_digest(link))


def link_digest(link: str) -> str:
    """The SHA-256 of what a link says."""
    return hashlib.sha256(link.encode()).hexdigest()
