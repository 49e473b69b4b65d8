"""Each drop has a receipt, or a named person waived it."""

from __future__ import annotations

from sqlalchemy import select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import drop
from skyflytt.playbook.approvals import approvals, waiver_of


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    with ledger.reading() as connection:
        rows = connection.execute(select(drop).where(drop.c.project == project).order_by(drop.c.name)).all()
    if not rows:
        return "no drop has been opened"
    missing = [row.name for row in rows if not row.receipt and not approvals(ledger, project, waiver_of(row.name))]
    return f"there is neither receipt nor waiver for the drop {', '.join(missing)}" if missing else None
