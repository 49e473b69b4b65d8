"""Something was deleted, and every deletion that was started is completed; or there was nothing that could be."""

from __future__ import annotations

from sqlalchemy import select

from skyflytt.decommission.plan import nothing_to_delete
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import deletion


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    with ledger.reading() as connection:
        rows = connection.execute(select(deletion.c.place, deletion.c.state).where(deletion.c.project == project)).all()
    if not rows:
        return None if nothing_to_delete(ledger, project) else "nothing has been deleted at the old provider"
    left = [row.place for row in rows if row.state != "completed"]
    return f"the deletion of {', '.join(sorted(left))} is not completed" if left else None
