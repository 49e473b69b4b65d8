"""What has to be done at the target for each open item: found out by looking, before anything is announced."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy, ends_the_pass
from skyflytt.errors.files import TargetOccupied
from skyflytt.files.copy import content_digest, time_of
from skyflytt.files.each import stat_each
from skyflytt.files.linking import link_digest
from skyflytt.files.links import read_link
from skyflytt.files.paths import ancestors
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.files.work import Ends, Failed, Needs, Outcome, Skipped, Unknown, Work
from skyflytt.ledger.items import Done
from skyflytt.ledger.schema import Intent, Mode, Origin, Verified

CHANGED_AFTER_CUTOVER = "files.changed-after-cutover"
CHANGED_WHERE_ONLY_ADDED = "files.changed-where-only-added"


NOT_REPLACED = (
    CHANGED_AFTER_CUTOVER,
    "It changed at the source after the cutover; the copy at the target is the customer's now.",
)
NOT_OVERWRITTEN = (
    CHANGED_WHERE_ONLY_ADDED,
    "It changed at the source, and nothing is overwritten in this share's mode, append; the copy at the target is the first one.",
)


@dataclass(frozen=True, slots=True)
class Looking:
    """The rules of one pass. `lent` are places, folded, whose copy is another item's by now: one that moved at the source, and not
    yet there."""

    mode: Mode
    lent: Set[str] = field(default_factory=set)
    cut_over: bool = True
    """Whether it is the cutover that keeps a pass in append mode, or the share's own mode."""

    def waits(self, work: Work) -> bool:
        """Its place, or a folder above it, is still taken by a copy that belongs elsewhere."""
        if not self.lent or work.is_there:
            return False
        path = work.folded.rstrip("/")
        return any(place in self.lent for place in (*ancestors(path), path))

    def look(self, works: Sequence[Work], source: FileStore, target: FileStore) -> list[Outcome]:
        """One outcome for each, in order; `Ends` or `Unknown` comes last and stands for all that follow."""
        outcomes: list[Outcome] = []
        try:
            there = stat_each(target, [work.path for work in works])
            for work, found in zip(works, there, strict=True):
                outcomes.append(self._judged(work, found, source, target))
        except ServerBusy as busy:
            outcomes.append(Unknown(tuple(works[len(outcomes) :]), busy))
        except Failure as failure:
            outcomes.append(Ends(failure))
        return outcomes

    def _judged(self, work: Work, found: Entry | Failure | None, source: FileStore, target: FileStore) -> Outcome:
        if isinstance(found, Failure):
            return Failed(work.item.key, found)
        try:
            return self._needed(work, found, source, target)
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            return Failed(work.item.key, failure)

    def _needed(self, work: Work, there: Entry | None, source: FileStore, target: FileStore) -> Outcome:
        mirror = self.mode is Mode.MIRROR
        if mirror and _is_elsewhere(work, target):
            return Needs(work, Intent.MOVE)
        if there is None:
            return Needs(work, Intent.PUT)
        if self.waits(work):
            raise TargetOccupied(work.item.key, "a file that moved at the source has yet to be moved away from there")
        item = work.item
        origin = item.origin if item.origin is not None and item.target_ref == work.place else Origin.FOUND
        if mirror and origin is Origin.PUT and _is_touched(work.entry, there, source, target):
            # A move to where it is sets the time, and compares the bytes.
            return Needs(work, Intent.MOVE if _only_touched(work, there, source) else Intent.REPLACE)
        if same := _same(work, there, source, target):
            return Done(item.key, work.place, same[0], same[1], origin=origin)
        if origin is Origin.FOUND:
            raise TargetOccupied(item.key, f"a {there.kind} of {there.size_bytes} bytes")
        if not mirror:
            return Skipped(item.key, *(NOT_REPLACED if self.cut_over else NOT_OVERWRITTEN))
        return Needs(work, Intent.REPLACE)


def _is_elsewhere(work: Work, target: FileStore) -> bool:
    """Its copy lies where it was before it moved at the source, and is still there."""
    ref = work.item.target_ref
    return ref is not None and ref != work.place and target.stat(ref.rstrip("/")) is not None


def _is_touched(entry: Entry, there: Entry, source: FileStore, target: FileStore) -> bool:
    """Times of modification are kept, so the same bytes with another time are another version."""
    apart = abs((time_of(source, entry) - there.modified).total_seconds())
    return entry.kind is EntryKind.FILE and apart > target.capabilities.mtime_step_seconds


def _only_touched(work: Work, there: Entry, source: FileStore) -> bool:
    """Whether the source has the bytes that were verified last, and only another time. Asked where that is found out without a line."""
    item, entry = work.item, work.entry
    if not (work.is_there and item.identity and entry.size_bytes == there.size_bytes and source.capabilities.digest):
        return False
    return entry.size_bytes >= source.capabilities.digest_from_bytes and source.digest(entry.path) == item.identity


def _same(work: Work, there: Entry, source: FileStore, target: FileStore) -> tuple[Verified, str] | None:
    if work.entry.kind is EntryKind.FOLDER:
        return (Verified.PRESENCE, "") if there.kind is EntryKind.FOLDER else None
    if (link := work.entry.link) is not None:
        same = there.kind is EntryKind.SYMLINK and read_link(target, work.path) == link
        return (Verified.BYTES, link_digest(link)) if same else None
    if there.kind is not EntryKind.FILE or there.size_bytes != work.entry.size_bytes:
        return None
    digest = content_digest(source, work.entry.path)
    return (Verified.DIGEST, digest) if content_digest(target, work.path) == digest else None
