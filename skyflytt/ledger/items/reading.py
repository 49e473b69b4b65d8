"""Items in the order of their keys, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, case, null, select

from skyflytt.ledger.driver import fetch_tuples
from skyflytt.ledger.items.row import COLUMNS, Item, item_of
from skyflytt.ledger.items.statement import BATCH_ROWS
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State, item
from skyflytt.ledger.workloads import Workload


def stream(
    ledger: Ledger, workload: Workload, *states: State, only: ColumnElement[bool] | None = None
) -> Iterator[Item]:
    """The workload's items (in `states`, or all; those for which `only` holds) in the order of their keys' bytes, in flat memory.

    Each batch is read by itself, so items may be written while the stream is read; those behind its position are not seen again.
    """
    rows = select(*COLUMNS).where(item.c.workload == workload.id)
    if states:
        rows = rows.where(item.c.state.in_([state.value for state in states]))
    if only is not None:
        rows = rows.where(only)
    for batch in _pages(ledger, rows):
        yield from map(item_of, batch)


def known(ledger: Ledger, workload: Workload, *, identities: bool) -> Iterator[tuple[Any, ...]]:
    """All items as `stream` gives them, but only what `Known` is made from, and that only where somebody looks at it: most of the time
    goes into making Python's texts of the database's."""
    state = case((item.c.state == State.DONE, None), else_=item.c.state)
    code = case((item.c.state == State.SKIPPED, item.c.code), else_=None)
    columns = [item.c.key, item.c.version, state, item.c.identity if identities else null(), code]
    for batch in _pages(ledger, select(*columns).where(item.c.workload == workload.id)):
        yield from batch


def _pages(ledger: Ledger, rows: Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in the order of their keys, which come first in each."""
    rows = rows.order_by(item.c.key).limit(BATCH_ROWS)
    page = rows
    while True:
        with ledger.reading() as connection:
            batch = fetch_tuples(connection, page)
        yield batch
        if len(batch) < BATCH_ROWS:
            return
        page = rows.where(item.c.key > batch[-1][0])


def remarked(ledger: Ledger, workload: Workload) -> Iterator[Item]:
    """Items that are done, and of which somebody has to know something all the same."""
    return stream(ledger, workload, State.DONE, only=item.c.code.is_not(None))


def get(ledger: Ledger, workload: Workload, key: str) -> Item | None:
    """One item, or None."""
    with ledger.reading() as connection:
        found = fetch_tuples(connection, select(*COLUMNS).where(item.c.workload == workload.id, item.c.key == key))
    return item_of(found[0]) if found else None
