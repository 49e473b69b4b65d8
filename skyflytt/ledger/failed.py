"""What failed in a workload: how many items by which code, and which they are."""

from __future__ import annotations

from sqlalchemy import func, select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State, item
from skyflytt.ledger.workloads import Workload


def failed_codes(ledger: Ledger, workload: Workload) -> dict[str, int]:
    """Codes of the failures of items that stand as failed now, and how many items each has."""
    where = (item.c.workload == workload.id) & (item.c.state == State.FAILED)
    rows = select(item.c.code, func.count()).where(where).group_by(item.c.code).order_by(item.c.code)
    with ledger.reading() as connection:
        return {code or "": count for code, count in connection.execute(rows)}
