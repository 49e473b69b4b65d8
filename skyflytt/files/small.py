"""Copy many small files in one go: the steps of `copy_file`, each for all of them before the next.

Where a store does an act on many files in one round trip, a group costs as many round trips as one file does otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.files import CopyAltered, FileChanging
from skyflytt.files.copy import Copied, Moved, check_free, check_unchanged, partial_path
from skyflytt.files.each import (
    PUT_EACH,
    Content,
    Rename,
    Whole,
    one_by_one,
    put_each,
    read_each,
    rename_each,
    stat_each,
    write_each,
)
from skyflytt.files.port import Entry, FileStore
from skyflytt.files.verification import LEDGER, Verification, check_digest, verification_of, verify
from skyflytt.ledger.schema import Verified

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to copy, as the arguments of `copy_file`."""

    entry: Entry
    target_path: str
    replace: bool = False
    partial: str = ""


@dataclass(slots=True)
class _Copy:
    job: Job
    partial: str
    content: bytes = b""
    digest: str = ""
    modified: datetime | None = None
    written: bool = False
    failure: Failure | None = None


def copy_small(source: FileStore, target: FileStore, jobs: Sequence[Job], moved: Moved) -> list[Copied | Failure]:
    """As `copy_file` for each; a file's own failure is its answer. Holds all contents in memory."""
    copies = [_Copy(job, job.partial or partial_path(job.target_path, job.entry)) for job in jobs]
    _read(source, copies, moved)
    if PUT_EACH in target.capabilities.at_once:
        _put(source, target, copies, moved)
        return _answers(copies, Verified.DIGEST)
    _write(target, copies, moved)
    _compare(source, target, copies, moved)
    _name(target, copies)
    _tidy(target, copies)
    return _answers(copies, LEDGER[_verification(target)])


def _answers(copies: list[_Copy], verified: Verified) -> list[Copied | Failure]:
    return [copy.failure or Copied(copy.digest, copy.job.entry.size_bytes, verified) for copy in copies]


def _verification(target: FileStore) -> Verification:
    """One way for the whole group."""
    return verification_of(target.capabilities, 0)


def _read(source: FileStore, copies: list[_Copy], moved: Moved) -> None:
    def take(copy: _Copy, content: bytes) -> None:
        if len(content) != copy.job.entry.size_bytes:
            raise FileChanging(
                copy.job.entry.path, f"{copy.job.entry.size_bytes} bytes were listed, {len(content)} were read"
            )
        copy.content, copy.digest = content, hashlib.sha256(content).hexdigest()
        moved(0)

    _each(copies, lambda some: read_each(source, [(c.job.entry.path, c.job.entry.size_bytes) for c in some]), take)


def _put(source: FileStore, target: FileStore, copies: list[_Copy], moved: Moved) -> None:
    """Where nothing is seen at a name before the store has compared it, no other name is needed."""
    _unchanged(source, copies)
    _free(target, copies)

    def whole(copy: _Copy) -> Whole:
        return Whole(copy.job.target_path, copy.content, copy.digest, copy.partial, copy.modified)

    def put(copy: _Copy, _answer: None) -> None:
        moved(len(copy.content))
        copy.content = b""

    _each(copies, lambda some: put_each(target, [whole(copy) for copy in some]), put)


def _write(target: FileStore, copies: list[_Copy], moved: Moved) -> None:
    for copy in copies:
        copy.written = copy.failure is None

    def put(copy: _Copy, _answer: None) -> None:
        moved(len(copy.content))
        copy.content = b""

    _each(copies, lambda some: write_each(target, [Content(c.partial, c.content) for c in some]), put)


def _compare(source: FileStore, target: FileStore, copies: list[_Copy], moved: Moved) -> None:
    """Whether the source's file is still what was read, and the target's bytes are what was sent."""
    _unchanged(source, copies)
    if _verification(target) is Verification.READ_BACK:

        def same(copy: _Copy, content: bytes) -> None:
            check_digest(copy.partial, copy.digest, hashlib.sha256(content).hexdigest())
            moved(0)

        _each(copies, lambda some: read_each(target, [(c.partial, c.job.entry.size_bytes) for c in some]), same)
        return
    _each(
        copies,
        lambda some: one_by_one(lambda c: verify(target, c.partial, c.digest, c.job.entry.size_bytes), some),
        lambda _copy, _answer: moved(0),
    )


def _unchanged(source: FileStore, copies: list[_Copy]) -> None:
    def keep_time(copy: _Copy, now: Entry | None) -> None:
        copy.modified = check_unchanged(copy.job.entry, now)

    _each(copies, lambda some: stat_each(source, [c.job.entry.path for c in some]), keep_time)


def _free(target: FileStore, copies: list[_Copy]) -> None:
    fresh = [copy for copy in copies if not copy.job.replace]
    _each(
        fresh,
        lambda some: stat_each(target, [c.job.target_path for c in some]),
        lambda copy, there: check_free(copy.job.target_path, there),
    )


def _name(target: FileStore, copies: list[_Copy]) -> None:
    _free(target, copies)
    _each(
        copies,
        lambda some: rename_each(target, [Rename(c.partial, c.job.target_path, c.modified) for c in some]),
        lambda _copy, _answer: None,
    )


def _tidy(target: FileStore, copies: list[_Copy]) -> None:
    """Nothing will go on with what was written for these."""
    for copy in copies:
        if copy.written and isinstance(copy.failure, Permanent | FileChanging | CopyAltered):
            with suppress(Permanent):
                target.remove(copy.partial)


def _each(
    copies: list[_Copy], act: Callable[[list[_Copy]], list[T | Failure]], then: Callable[[_Copy, T], None]
) -> None:
    """Act on all copies that have not failed yet; a failure, of the act or of what looks at its answer, is kept with its copy."""
    good = [copy for copy in copies if copy.failure is None]
    if not good:
        return
    for copy, answer in zip(good, act(good), strict=True):
        if isinstance(answer, Failure):
            copy.failure = answer
            continue
        try:
            then(copy, answer)
        except Failure as failure:
            copy.failure = failure
