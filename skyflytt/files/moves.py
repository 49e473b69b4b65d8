"""Moved files: gone in one place and new in another, with the same size, time and content. They are moved at the target, not copied."""

from __future__ import annotations

from collections import defaultdict

from skyflytt.errors.base import Failure
from skyflytt.files.copy import content_digest
from skyflytt.files.listing import LINK, size_and_time
from skyflytt.files.names.places import Places
from skyflytt.files.port import FileStore
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Mode, Origin, State


def match_moves(ledger: Ledger, running: Pass, source: FileStore, places: Places) -> int:
    """Hand the copies of gone files over to the new files that they are; how many. After the cutover nothing is moved at the target.

    Memory grows with the number of gone files only.
    """
    if running.mode is Mode.APPEND:
        return 0
    gone: dict[str, list[items.Item]] = defaultdict(list)
    for item in items.stream(ledger, running.workload, State.GONE):
        if item.target_ref is not None and item.origin is Origin.PUT and item.version:
            gone[_same_when_moved(item)].append(item)
    if not gone:
        return 0
    lent = lent_places(ledger, running, places, State.SEEN, State.FAILED)
    new = (
        item
        for item in items.stream(ledger, running.workload, State.SEEN)
        if places.fold(places.of(item.key)) not in lent
    )
    pairs = [pair for item in new if (pair := _pair(item, gone, source, places.of(item.key)))]
    for old_key, new_key in pairs:
        items.hand_over(ledger, running, old_key, new_key)
    return len(pairs)


def lent_places(ledger: Ledger, running: Pass, places: Places, *states: State) -> set[str]:
    """Places at the target, folded, whose copy is another item's by now: one that moved at the source, and not yet there."""
    open_items = items.stream(ledger, running.workload, *states)
    refs = ((item.target_ref, places.of(item.key)) for item in open_items if item.target_ref is not None)
    return {places.fold(ref) for ref, place in refs if not places.same(ref, place)}


def _same_when_moved(item: items.Item) -> str:
    return size_and_time(item.version)


def _in_its_own_way(ref: str, place: str) -> bool:
    """A file that now lies in a folder of its own former name, or has the name of a folder that it lay in."""
    return place.startswith(f"{ref}/") or ref.startswith(f"{place}/")


def _pair(new: items.Item, gone: dict[str, list[items.Item]], source: FileStore, place: str) -> tuple[str, str] | None:
    candidates = gone.get(_same_when_moved(new))
    if not candidates or new.target_ref is not None or new.version.startswith(LINK):
        return None
    try:
        digest = content_digest(source, new.key)
    except Failure:
        return None  # the copy that follows meets the same failure and records it
    for index, old in enumerate(candidates):
        if old.identity == digest and not _in_its_own_way(old.target_ref or "", place):
            del candidates[index]
            return old.key, new.key
    return None
