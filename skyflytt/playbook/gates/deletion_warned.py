"""The customer was warned so many days before the deletion, and nothing came back: `deletion-warned:30`; nobody is where nothing is deleted."""

from __future__ import annotations

from skyflytt.decommission.countdown import WARNING_DAYS, countdown
from skyflytt.decommission.plan import nothing_to_delete
from skyflytt.ledger.ledger import Ledger

KNOWN = {str(days) for days in WARNING_DAYS}


def check(ledger: Ledger, project: str, days: str) -> str | None:
    if int(days) in countdown(ledger, project).valid or nothing_to_delete(ledger, project):
        return None
    return f"the warning {days} days before the deletion has not gone out, or came back"
