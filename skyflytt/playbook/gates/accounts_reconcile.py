"""Every mailbox and share has a pass that ended, and an ended pass is one whose account adds up."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.workloads import workloads

MOVED_KINDS = ("mailbox", "share")


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    moved = [one for one in workloads(ledger, project) if one.kind in MOVED_KINDS]
    missing = [one.label for one in moved if last_account(ledger, one) is None]
    if not moved:
        return "no mailbox or share has been moved yet"
    return f"no pass has ended for {', '.join(missing)}" if missing else None
