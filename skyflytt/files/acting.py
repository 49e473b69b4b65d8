"""Carry out what was announced: make folders, copy, move. Each item's failure stays with it."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy, ends_the_pass
from skyflytt.errors.files import FileChanging, FileInUse, TargetOccupied
from skyflytt.files.altered import remark_of
from skyflytt.files.copy import Copied, Moved, content_digest, copy_file, time_of
from skyflytt.files.lanes import BIG_BYTES, alone, groups
from skyflytt.files.linking import linked
from skyflytt.files.listing import version_of
from skyflytt.files.port import EntryKind, FileStore
from skyflytt.files.small import Job, copy_small
from skyflytt.files.work import Ends, Failed, Moving, Outcome, Unknown, Work
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.schema import Intent, Verified


def act(works: Sequence[Work], source: FileStore, target: FileStore, moved: Moved) -> list[Outcome]:
    """One outcome for each; `Ends` or `Unknown` comes last and stands for all that have none. `moved` is told the bytes as they go."""
    # What is moved makes room for nothing that is copied here, so the order between them is free.
    left = [*groups(filter(_is_small, works)), *alone(work for work in works if not _is_small(work))]
    outcomes: list[Outcome] = []
    try:
        while left:
            first = left[0][0]
            outcomes += (
                _small(left[0], source, target, moved) if _is_small(first) else [_one(first, source, target, moved)]
            )
            left.pop(0)
    except ServerBusy as busy:
        outcomes.append(Unknown(tuple(work for step in left for work in step), busy))
    except Failure as failure:
        outcomes.append(Ends(failure))
    return outcomes


def _is_small(work: Work) -> bool:
    is_copy = work.intent in (Intent.PUT, Intent.REPLACE) and work.entry.kind is EntryKind.FILE
    return is_copy and work.entry.size_bytes < BIG_BYTES


def _small(works: Sequence[Work], source: FileStore, target: FileStore, moved: Moved) -> list[Outcome]:
    jobs = [Job(work.entry, work.path, work.intent is Intent.REPLACE, work.partial) for work in works]
    answers = copy_small(source, target, jobs, moved)
    return [
        _failed(work, answer, source) if isinstance(answer, Failure) else _done(work, answer, target)
        for work, answer in zip(works, answers, strict=True)
    ]


def _one(work: Work, source: FileStore, target: FileStore, moved: Moved) -> Outcome:
    try:
        return _carried_out(work, source, target, moved)
    except Failure as failure:
        if ends_the_pass(failure):
            raise
        return _failed(work, failure, source)


def _carried_out(work: Work, source: FileStore, target: FileStore, moved: Moved) -> Done:
    if work.entry.kind is EntryKind.FOLDER:
        target.make_folder(work.path)
        return Done(work.item.key, work.place, Verified.PRESENCE, "")
    if work.entry.kind is EntryKind.SYMLINK:
        return linked(work, target)
    if work.intent is Intent.MOVE:
        return _moved(work, source, target, moved)
    replace = work.intent is Intent.REPLACE
    return _copied(work, source, target, moved, replace=replace)


def _moved(work: Work, source: FileStore, target: FileStore, moved: Moved) -> Done:
    if not work.is_there and target.stat(work.path) is not None:
        raise TargetOccupied(work.item.key, f"{work.item.target_ref} was to be moved there")
    target.rename(work.item.target_ref or "", work.path, time_of(source, work.entry))
    if content_digest(target, work.path) != _expected(work, source):
        return _copied(work, source, target, moved, replace=True)
    return Done(work.item.key, work.place, Verified.DIGEST, work.item.identity or "")


def _expected(work: Work, source: FileStore) -> str | None:
    """The digest of what is at the source: what was verified last, unless the file may have changed since then."""
    item = work.item
    if item.target_ref == work.place or item.verified not in (None, Verified.STALE):
        return item.identity
    digest = content_digest(source, work.entry.path)
    return digest if digest == item.identity else None


def _copied(work: Work, source: FileStore, target: FileStore, moved: Moved, *, replace: bool) -> Done:
    copied = copy_file(source, target, work.entry, work.path, replace=replace, partial=work.partial, moved=moved)
    return _done(work, copied, target)


def _done(work: Work, copied: Copied, target: FileStore) -> Done:
    return Done(work.item.key, work.place, copied.verified, copied.digest, remark=remark_of(target, work.path))


def _failed(work: Work, failure: Failure, source: FileStore) -> Outcome:
    """A file that somebody works in may be left alone a moment later."""
    if isinstance(failure, FileChanging | FileInUse):
        try:
            now = source.stat(work.entry.path)
        except Failure as gone:
            if ends_the_pass(gone):
                raise
            now = None
        if now is not None and now.kind is EntryKind.FILE:
            return Moving(
                work.item, Seen(work.item.key, version_of(now, tokens=bool(work.entry.token)), now.size_bytes), failure
            )
    return Failed(work.item.key, failure)
