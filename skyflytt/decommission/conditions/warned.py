"""The customer was warned, each time to everybody and with nothing coming back; what was not sent, or came back, counts as not sent."""

from __future__ import annotations

from skyflytt.decommission.countdown import WARNING_DAYS
from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    missing = situation.countdown.missing
    if not missing:
        return None
    days = missing[0]
    one = situation.countdown.warned.get(days)
    if one is not None and one.came_back:
        return f"the warning {days} days before came back from {one.came_back} of {len(one.messages)} recipients"
    if one is not None:
        return f"the warning {days} days before went out before an earlier one that had to be sent again"
    sent = (
        f", after {len(WARNING_DAYS) - len(missing)} of {len(WARNING_DAYS)}" if len(missing) < len(WARNING_DAYS) else ""
    )
    return f"the warning {days} days before the deletion was not sent{sent}"
