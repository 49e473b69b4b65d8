"""When the old servers' logs were read last, no device of the customer's signed in there any more."""

from __future__ import annotations

from skyflytt.callers.outcome import last_outcome
from skyflytt.ledger.ledger import Ledger


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    """A project without logs has nothing to read: there the word of whoever does the step is all."""
    found = last_outcome(ledger, project)
    if found is None:
        return "nobody has looked yet for who still signs in"
    if not found.calling:
        return found.unknown or None if found.logs else None
    return f"{found.calling} device{'s' if found.calling > 1 else ''} still signed in when the logs were read last"
