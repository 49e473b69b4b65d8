"""What the source lists now against what the ledger knows: one merge-join of two sorted streams, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import ListingUnsorted
from skyflytt.ledger import items
from skyflytt.ledger.items import Known, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import State
from skyflytt.ledger.versions import edits_in
from skyflytt.ledger.workloads import Workload

NEVER_READ = " "
"""The version of what was unreadable from the first. No listing has it, so whatever is listed later counts as changed."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that is not to be moved, with the reason's code and sentence."""

    seen: Seen
    code: str
    detail: str

    @property
    def key(self) -> str:
        return self.seen.key


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something the source could not list or read. What the ledger knows below `key` is not taken for gone.

    `key` ends in a slash for a folder; without one it may be a folder too, where not even that could be told.
    """

    key: str
    failure: Failure


Listed = Seen | LeftOut | Unreadable

_LOOK_EVERY = 1_000
"""Items that are not as they were, after which the batch is measured: some of them add nothing to it."""


@dataclass(slots=True)
class Listing:
    """A listing's outcome in numbers; `source` is everything that is there, counted from the listing itself."""

    source: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


@dataclass(slots=True)
class _Batch:
    new: list[Seen] = field(default_factory=list)
    changed: list[Seen] = field(default_factory=list)
    edited: list[Seen] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str, str]] = field(default_factory=list)
    failed: list[tuple[str, Failure]] = field(default_factory=list)

    def __len__(self) -> int:
        seen = len(self.new) + len(self.changed) + len(self.edited)
        return seen + len(self.gone) + len(self.skipped) + len(self.failed)


def take_listing(ledger: Ledger, running: Pass, listing: Iterable[Listed], *, by_identity: bool = True) -> Listing:
    """Record what is new, changed, gone, left out and unreadable; items that are as they were cost a comparison.

    `listing` comes in the order of its keys' UTF-8 bytes; raises `ListingUnsorted` where it does not. Without `by_identity` identities
    are not compared, and what changed keeps the one that was verified last until it is settled anew.
    """
    outcome, batch = Listing(), _Batch()
    unreadable: dict[str, Failure] = {}
    rows = items.known(ledger, running.workload, identities=by_identity)
    for number, (listed, known) in enumerate(_join(running.workload, listing, rows, outcome), 1):
        if isinstance(listed, Unreadable):
            unreadable[listed.key.rstrip("/")] = listed.failure
        if listed is not None:
            _settle_listed(listed, known, outcome, batch)
        elif known is not None:
            _settle_missing(known, unreadable, outcome, batch)
        if number % _LOOK_EVERY == 0 and len(batch) >= items.BATCH_ROWS:
            _write(ledger, running, batch, by_identity=by_identity)
            batch = _Batch()
    _write(ledger, running, batch, by_identity=by_identity)
    return outcome


def compare_listing(
    ledger: Ledger, workload: Workload, listing: Iterable[Listed], *, by_identity: bool = True
) -> Listing:
    """What `take_listing` would find, and nothing recorded. What is left out or cannot be read counts as neither new nor changed."""
    outcome, batch, unreadable = Listing(), _Batch(), dict[str, Failure]()
    rows = items.known(ledger, workload, identities=by_identity)
    for listed, known in _join(workload, listing, rows, outcome):
        if isinstance(listed, Seen):
            _settle_listed(listed, known, outcome, batch)
        elif listed is not None:
            outcome.source += 1
            if isinstance(listed, Unreadable):
                unreadable[listed.key.rstrip("/")] = listed.failure
        elif known is not None:
            _settle_missing(known, unreadable, outcome, batch)
        if len(batch) >= items.BATCH_ROWS:
            batch = _Batch()
    return outcome


def _join(
    workload: Workload, listing: Iterable[Listed], known: Iterator[tuple[Any, ...]], outcome: Listing
) -> Iterator[tuple[Listed | None, Known | None]]:
    """Both sides of each key, but of those items that are as they were when they were done: nearly all of nearly every pass, which are
    only counted."""
    row = next(known, None)
    previous = ""
    for listed in listing:
        key = listed.key
        if key <= previous:
            raise ListingUnsorted(workload.label, f"{key!r} after {previous!r}")
        previous = key
        while row is not None and row[0] < key:
            yield None, Known._make(row)
            row = next(known, None)
        if row is None or row[0] != key:
            yield listed, None
            continue
        if (
            listed.__class__ is Seen
            and row[1] == listed.version
            and row[2] is None
            and listed.identity in (None, row[3])
        ):
            outcome.source += 1
        else:
            yield listed, Known._make(row)
        row = next(known, None)
    while row is not None:
        yield None, Known._make(row)
        row = next(known, None)


def _settle_listed(listed: Listed, known: Known | None, outcome: Listing, batch: _Batch) -> None:
    outcome.source += 1
    if isinstance(listed, Unreadable):
        if known is None:
            batch.new.append(Seen(listed.key, NEVER_READ, 0))
        batch.failed.append((listed.key, listed.failure))
        return
    seen = listed.seen if isinstance(listed, LeftOut) else listed
    if known is None:
        outcome.new += 1
        batch.new.append(seen)
    elif isinstance(listed, Seen) and _is_edited(seen, known):
        outcome.changed += 1
        batch.edited.append(seen)
    elif known.version != seen.version or known.state == State.GONE or _newly_wanted(listed, known):
        outcome.changed += 1
        batch.changed.append(seen)
    if isinstance(listed, LeftOut) and (known is None or known.state != State.SKIPPED or known.code != listed.code):
        batch.skipped.append((listed.key, listed.code, listed.detail))


def _is_edited(seen: Seen, known: Known) -> bool:
    """Whether it has another content: edited in its place, or something else under the name that it had."""
    if known.identity and seen.identity and known.identity != seen.identity:
        return True
    return known.version != seen.version and edits_in(known.version) != edits_in(seen.version)


def _newly_wanted(listed: Listed, known: Known) -> bool:
    return isinstance(listed, Seen) and known.state == State.SKIPPED


def _settle_missing(known: Known, unreadable: Mapping[str, Failure], outcome: Listing, batch: _Batch) -> None:
    if known.state == State.GONE:
        return
    failure = _failure_above(known.key, unreadable) if unreadable else None
    if failure is not None:
        outcome.source += 1
        batch.failed.append((known.key, failure))
        return
    outcome.gone += 1
    batch.gone.append(known.key)


def _failure_above(key: str, unreadable: Mapping[str, Failure]) -> Failure | None:
    above = accumulate(key.rstrip("/").split("/"), lambda path, name: f"{path}/{name}")
    return next((unreadable[path] for path in above if path in unreadable), None)


def _write(ledger: Ledger, running: Pass, batch: _Batch, *, by_identity: bool) -> None:
    items.record_new(ledger, running.workload, batch.new)
    record_changed = items.record_changed if by_identity else items.record_changed_keeping_identity
    record_changed(ledger, running.workload, batch.changed)
    items.record_edited(ledger, running.workload, batch.edited)
    items.record_gone(ledger, running.workload, batch.gone)
    items.skip(ledger, running, batch.skipped)
    items.fail(ledger, running, batch.failed)
