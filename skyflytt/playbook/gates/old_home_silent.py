"""Nothing came to the old home for so long that nobody can know the old way any more."""

from __future__ import annotations

from sqlalchemy import select

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal

OVER = "late-mail-over"


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    where = (journal.c.project == project) & (journal.c.action == OVER)
    with ledger.reading() as connection:
        found = connection.execute(select(journal.c.number).where(where).limit(1)).first()
    return None if found else "mail may still arrive at the old home"
