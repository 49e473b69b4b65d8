"""How far a pass over all mailboxes has come, by the ledger."""

from __future__ import annotations

from sqlalchemy import func, select

from skyflytt.ledger.ledger import Ledger, translating
from skyflytt.ledger.schema import pass_, workload


def ended_mailboxes(ledger: Ledger) -> int:
    """How many of them have come to the end of a pass, ever."""
    of_mailboxes = (pass_.c.workload == workload.c.id) & (workload.c.kind == "mailbox")
    ended = select(func.count(func.distinct(workload.c.id))).where(of_mailboxes, pass_.c.state == "ended")
    with translating(ledger.engine), ledger.engine.connect() as connection:
        return int(connection.execute(ended).scalar_one())
