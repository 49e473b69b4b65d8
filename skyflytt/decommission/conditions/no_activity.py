"""Nothing has happened at the source since the last pass. Looked at right before deleting."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    unseen = [one.label for one in situation.workloads if one.unplanned is None]
    if unseen:
        return f"nobody has looked at the source of {', '.join(unseen)} since the last pass"
    busy = [f"{one.label} ({one.unplanned})" for one in situation.workloads if one.unplanned]
    return f"objects at the source are not as the last pass saw them: {', '.join(busy)}" if busy else None
