"""Every retention question is answered, and no answer is to keep."""

from __future__ import annotations

from skyflytt.decommission.holds import HOLDS, HoldAnswer
from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    missing = [hold for hold in HOLDS if hold not in situation.holds]
    if missing:
        return f"retention questions are not answered: {', '.join(missing)}"
    kept = [one for one in situation.holds.values() if one.answer is HoldAnswer.KEEP]
    return f"it has to be kept: {', '.join(f'{one.hold} (says {one.by})' for one in kept)}" if kept else None
