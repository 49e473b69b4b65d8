"""The customer has its data: a receipt for each drop, or a waiver by name; and no drop is open any more."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation
from skyflytt.drop.rows import DropState


def check(situation: Situation) -> str | None:
    if not situation.drops:
        return "there was no drop, so nothing shows that the customer has its data"
    still = [drop.name for drop in situation.drops if drop.state is not DropState.CLOSED]
    if still:
        return f"the drop {', '.join(still)} is not closed"
    missing = [drop.name for drop in situation.drops if not drop.receipt and not situation.waived_by.get(drop.name)]
    return f"there is neither receipt nor waiver for the drop {', '.join(missing)}" if missing else None
