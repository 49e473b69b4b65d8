"""The records of every domain that has a plan are changed by it."""

from __future__ import annotations

from skyflytt.dns.rows import ZoneState, all_rows
from skyflytt.ledger.ledger import Ledger

SWITCHED = (ZoneState.APPLIED, ZoneState.RAISING, ZoneState.RAISED)


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    rows = all_rows(ledger, project)
    if not rows:
        return "no domain's records were planned, so none were changed"
    left = [f"{row.domain} ({row.state})" for row in rows if row.state not in SWITCHED]
    return f"not changed by its plan: {', '.join(left)}" if left else None
