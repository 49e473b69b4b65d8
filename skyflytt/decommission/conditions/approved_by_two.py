"""Two different people approved exactly this plan."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    if len(situation.approvers) >= 2:
        return None
    whom = f" ({situation.approvers[0]})" if situation.approvers else ""
    return f"{len(situation.approvers)} of two different people{whom} approved the plan {situation.plan.hash[:12]}"
