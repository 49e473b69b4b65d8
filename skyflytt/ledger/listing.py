"""What the source lists now against what the ledger knows: one merge-join of two sorted streams, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import ListingUnsorted
from skyflytt.ledger import items
from skyflytt.ledger.items import Item, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import State
from skyflytt.ledger.versions import edits_in

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
"""Items after which the batch is measured: most of them add nothing to it."""


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


def take_listing(ledger: Ledger, running: Pass, listing: Iterable[Listed]) -> Listing:
    """Record what is new, changed, gone, left out and unreadable; items that are as they were cost a comparison.

    `listing` comes in the order of its keys' UTF-8 bytes; raises `ListingUnsorted` where it does not.
    """
    outcome, batch = Listing(), _Batch()
    unreadable: dict[str, Failure] = {}
    for number, (listed, known) in enumerate(_join(running, listing, items.stream(ledger, running.workload))):
        if isinstance(listed, Unreadable):
            unreadable[listed.key.rstrip("/")] = listed.failure
        if listed is not None:
            _settle_listed(listed, known, outcome, batch)
        elif known is not None:
            _settle_missing(known, unreadable, outcome, batch)
        if number % _LOOK_EVERY == 0 and len(batch) >= items.BATCH_ROWS:
            _write(ledger, running, batch)
            batch = _Batch()
    _write(ledger, running, batch)
    return outcome


def _join(
    running: Pass, listing: Iterable[Listed], known: Iterator[Item]
) -> Iterator[tuple[Listed | None, Item | None]]:
    item = next(known, None)
    previous = ""
    for listed in listing:
        key = listed.key
        if key <= previous:
            raise ListingUnsorted(running.workload.label, f"{key!r} after {previous!r}")
        previous = key
        while item is not None and item.key < key:
            yield None, item
            item = next(known, None)
        if item is not None and item.key == key:
            yield listed, item
            item = next(known, None)
        else:
            yield listed, None
    while item is not None:
        yield None, item
        item = next(known, None)


def _settle_listed(listed: Listed, known: Item | None, outcome: Listing, batch: _Batch) -> None:
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
    elif known.version != seen.version or known.state is State.GONE or _newly_wanted(listed, known):
        outcome.changed += 1
        batch.changed.append(seen)
    if isinstance(listed, LeftOut) and (known is None or known.state is not State.SKIPPED or known.code != listed.code):
        batch.skipped.append((listed.key, listed.code, listed.detail))


def _is_edited(seen: Seen, known: Item) -> bool:
    """Whether it has another content: edited in its place, or something else under the name that it had."""
    if known.identity and seen.identity and known.identity != seen.identity:
        return True
    return known.version != seen.version and edits_in(known.version) != edits_in(seen.version)


def _newly_wanted(listed: Listed, known: Item) -> bool:
    return isinstance(listed, Seen) and known.state is State.SKIPPED


def _settle_missing(known: Item, unreadable: Mapping[str, Failure], outcome: Listing, batch: _Batch) -> None:
    if known.state is State.GONE:
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


def _write(ledger: Ledger, running: Pass, batch: _Batch) -> None:
    items.record_new(ledger, running.workload, batch.new)
    items.record_changed(ledger, running.workload, batch.changed)
    items.record_edited(ledger, running.workload, batch.edited)
    items.record_gone(ledger, running.workload, batch.gone)
    items.skip(ledger, running, batch.skipped)
    items.fail(ledger, running, batch.failed)
