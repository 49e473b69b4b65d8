"""Every drop is closed, and a sign-in was shown to be refused."""

from __future__ import annotations

from sqlalchemy import select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import drop


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    with ledger.reading() as connection:
        rows = connection.execute(select(drop).where(drop.c.project == project).order_by(drop.c.name)).all()
    left = [row.name for row in rows if row.state != "closed" or not row.closure_proof]
    return f"the drop {', '.join(left)} is not shown to be closed" if left else None
