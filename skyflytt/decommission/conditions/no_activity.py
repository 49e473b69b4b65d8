"""Nothing happens at the source any more: it is as the last pass saw it, and no pass has moved anything since the countdown was on.

Looked at right before deleting. While service runs, people work there by right: what counts comes after its end and after the
first warning.
"""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    unseen = [one.label for one in situation.workloads if one.unplanned is None]
    if unseen:
        return f"nobody has looked at the source of {', '.join(unseen)} since the last pass"
    busy = [f"{one.label} ({one.unplanned})" for one in situation.workloads if one.unplanned]
    if busy:
        return f"objects at the source are not as the last pass saw them: {', '.join(busy)}"
    moved = [f"{one.label} ({one.moved_since})" for one in situation.workloads if one.moved_since]
    return f"somebody has worked at the source since the customer was warned: {', '.join(moved)}" if moved else None
