"""The countdown to the deletion has ended: each warning went out in its time, and the end is reached."""

from __future__ import annotations

from skyflytt.decommission.countdown import countdown
from skyflytt.decommission.plan import nothing_to_delete
from skyflytt.ledger.ledger import Ledger


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    if nothing_to_delete(ledger, project):
        return None
    found = countdown(ledger, project)
    if found.missing:
        return f"the warning {found.missing[0]} days before the deletion has not gone out, or came back"
    if found.ends_at is None or ledger.clock.now() < found.ends_at:
        ends = f"{found.ends_at:%Y-%m-%d %H:%M} UTC" if found.ends_at else "not known"
        return f"the countdown has not ended: its end is {ends}"
    return None
