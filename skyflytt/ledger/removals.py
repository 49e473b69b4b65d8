"""What a mirror pass may remove at the target, and when there is too much of it to be true."""

from __future__ import annotations

from sqlalchemy import func, select

from skyflytt.errors.ledger import TooManyGone
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Mode, Origin, State
from skyflytt.ledger.schema import item as item_table
from skyflytt.ledger.workloads import Workload

REMOVAL_LIMIT = 1 / 3
ALWAYS_ALLOWED = 20


def removable(ledger: Ledger, running: Pass, limit: float = REMOVAL_LIMIT) -> list[Item]:
    """Gone items whose copy this project put at the target: none after the cutover.

    Raises `TooManyGone` when they are more than `limit` of all items that have a copy there: a handful is always allowed, unless
    nothing at all is left at the source.
    """
    if running.mode is Mode.APPEND:
        return []
    gone = [
        item
        for item in items.stream(ledger, running.workload, State.GONE)
        if item.target_ref is not None and item.origin is Origin.PUT
    ]
    live, copies = _live(ledger, running.workload)
    if len(gone) > limit * (copies + len(gone)) and (len(gone) > ALWAYS_ALLOWED or not live):
        raise TooManyGone(running.workload.label, f"{len(gone)} of {copies + len(gone)} copies would be removed")
    return gone


def _live(ledger: Ledger, workload: Workload) -> tuple[int, int]:
    """How many items are at the source, and how many of them have a copy at the target."""
    where = (item_table.c.workload == workload.id) & (item_table.c.state != State.GONE)
    counts = select(func.count(), func.count(item_table.c.target_ref)).where(where)
    with ledger.reading() as connection:
        live, copies = connection.execute(counts).one()
    return live, copies
