"""What a mirror pass may remove at the target, and when there is too much of it to be true."""

from __future__ import annotations

from skyflytt.errors.ledger import TooManyGone
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, state_counts
from skyflytt.ledger.schema import Mode, Origin, State

REMOVAL_LIMIT = 1 / 3
ALWAYS_ALLOWED = 20


def removable(ledger: Ledger, running: Pass, limit: float = REMOVAL_LIMIT) -> list[Item]:
    """Gone items whose copy this project put at the target: none after the cutover.

    Raises `TooManyGone` when they are more than `limit` of all items that have a copy there (and more than a handful).
    """
    if running.mode is Mode.APPEND:
        return []
    gone = [
        item
        for item in items.stream(ledger, running.workload, State.GONE)
        if item.target_ref is not None and item.origin is Origin.PUT
    ]
    with ledger.reading() as connection:
        moved = state_counts(connection, running.workload).get(State.DONE, 0)
    if len(gone) > max(ALWAYS_ALLOWED, limit * (moved + len(gone))):
        raise TooManyGone(running.workload.label, f"{len(gone)} of {moved + len(gone)} copies would be removed")
    return gone
