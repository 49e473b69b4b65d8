"""Statements over many items: in batches, and never over fewer than were meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Update, bindparam

from skyflytt.errors.ledger import DoesNotReconcile
from skyflytt.ledger.driver import update_each
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import item
from skyflytt.ledger.workloads import Workload

BATCH_ROWS = 5_000
T = TypeVar("T")


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def this_key(workload: Workload) -> Any:
    return (item.c.workload == workload.id) & (item.c.key == bindparam("the_key"))


def update_in_batches(ledger: Ledger, workload: Workload, statement: Update, rows: Iterable[dict[str, Any]]) -> None:
    for batch in batches(rows, BATCH_ROWS):
        with ledger.writing() as connection:
            update_strictly(connection, workload, statement, batch)


def update_strictly(connection: Connection, workload: Workload, statement: Update, rows: list[dict[str, Any]]) -> None:
    """A row that is not there would be a side effect that nothing tells of, or an outcome that is lost."""
    found = update_each(connection, statement, rows)
    if found != len(rows):
        raise DoesNotReconcile(
            workload.label, f"{len(rows) - found} of {len(rows)} items to be written are not in the ledger"
        )
