"""Gone items whose copy must not be removed: to the target, it is that of another item, spelled otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.files.names.places import Places
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import State

LIVE = [state for state in State if state is not State.GONE]


def respelled(ledger: Ledger, running: Pass, places: Places, gone: Sequence[Item]) -> set[str]:
    """The keys of those; memory grows with `gone` only."""
    if not gone or not places.folds:
        return set()
    keys = {places.fold((item.target_ref or "").rstrip("/")): item.key for item in gone}
    live = items.stream(ledger, running.workload, *LIVE)
    folded = (places.fold(item.target_ref.rstrip("/")) for item in live if item.target_ref is not None)
    return {keys[place] for place in folded if place in keys}
