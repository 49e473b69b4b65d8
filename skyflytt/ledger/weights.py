"""How much each workload of a project was at its last pass."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import pass_, workload


class Amount(NamedTuple):
    """Of the source, at the newest pass that ended."""

    items: int
    size_bytes: int


def amounts(ledger: Ledger, project: str, kind: str) -> dict[str, Amount]:
    """By the workload's name; nothing for those without a pass that ended."""
    ended = select(workload.c.name, pass_.c.source, pass_.c.source_bytes).join(pass_, pass_.c.workload == workload.c.id)
    of_kind = (workload.c.project == project) & (workload.c.kind == kind) & (pass_.c.state == "ended")
    with ledger.reading() as connection:
        rows = connection.execute(ended.where(of_kind).order_by(pass_.c.number))
        return {name: Amount(items or 0, size_bytes or 0) for name, items, size_bytes in rows}
