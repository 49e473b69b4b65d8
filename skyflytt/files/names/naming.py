"""Decide once for each new item where it goes; committed before anything is written there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from skyflytt.files.names.check import Namespace
from skyflytt.files.names.namer import Named, Namer
from skyflytt.files.names.places import Places
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.renamed import Renamed, record_renamed
from skyflytt.ledger.schema import Mode, Origin, State


def name_new(ledger: Ledger, running: Pass, places: Places) -> int:
    """Name what is to be moved and has no place yet; how many are called otherwise now. Call it once the listing is taken.

    What has a copy at the target keeps its name; of new names that the target would take for one, the first in the order of the keys.
    """
    space = places.space
    if space is None or not any(_is_new(item, places) for item in items.stream(ledger, running.workload, State.SEEN)):
        return 0
    lose: frozenset[str] = frozenset()
    while True:
        namer = Namer(space, places.other_name, places.is_taken, partial(_is_kept, ledger, running, space), lose)
        named = [one for one in _named(ledger, running, places, namer) if one.rules]
        if namer.lost <= lose:
            break
        lose |= namer.lost
    renamed = [Renamed(one.path, one.place, ",".join(one.rules)) for one in named]
    record_renamed(ledger, running, renamed)
    places.add(renamed)
    return len(renamed)


def _named(ledger: Ledger, running: Pass, places: Places, namer: Namer) -> Iterator[Named]:
    for item in _looked_at(ledger, running, namer.space):
        path, folder = item.key.rstrip("/"), item.key.endswith("/")
        if _is_new(item, places):
            yield namer.name(path, folder=folder)
        elif _has_place(item, running):
            namer.fix(path, places.of(path), folder=folder)


def _looked_at(ledger: Ledger, running: Pass, space: Namespace) -> Iterator[Item]:
    """Every item, where names of one folder can be the same to the target; else those that are to be moved, and the folders above."""
    if space.rules.ignores_case or space.rules.ignores_form:
        return items.stream(ledger, running.workload)
    return items.stream(ledger, running.workload, State.SEEN)


def _is_new(item: Item, places: Places) -> bool:
    return item.state is State.SEEN and item.target_ref is None and places.other_name(item.key.rstrip("/")) is None


def _has_place(item: Item, running: Pass) -> bool:
    """What is no longer at the source still has its place where nothing is removed from there."""
    if item.state is State.GONE:
        return item.target_ref is not None and (running.mode is Mode.APPEND or item.origin is Origin.FOUND)
    return item.target_ref is not None or item.state is not State.SKIPPED


def _is_kept(ledger: Ledger, running: Pass, space: Namespace, folded: str) -> bool:
    """Whether there is an item whose own name looks like one that is made here. Where places are folded, all items come anyway."""
    if space.rules.ignores_case or space.rules.ignores_form:
        return False
    return any(items.get(ledger, running.workload, key) is not None for key in (folded, f"{folded}/"))
