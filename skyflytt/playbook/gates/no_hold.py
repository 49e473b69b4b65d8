"""Every retention question is answered, and no answer says that something must be kept."""

from __future__ import annotations

from skyflytt.decommission.holds import HOLDS, HoldAnswer, hold_answers
from skyflytt.ledger.ledger import Ledger


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    answers = hold_answers(ledger, project)
    if missing := [hold for hold in HOLDS if hold not in answers]:
        return f"nobody has answered the retention questions {', '.join(missing)}"
    kept = [hold for hold, answered in answers.items() if answered.answer is HoldAnswer.KEEP]
    return f"something has to be kept ({', '.join(kept)})" if kept else None
