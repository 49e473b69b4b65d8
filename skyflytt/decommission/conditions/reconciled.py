"""Every workload has a pass that ended, and none has open items. A pass ends only when its account adds up and its copies are verified."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    if not situation.workloads:
        return "nothing was moved, so there is nothing that could be shown to be safe"
    never = [one.label for one in situation.workloads if one.account is None]
    if never:
        return f"no pass has ended for {', '.join(never)}"
    left = [f"{one.label} ({one.open_items})" for one in situation.workloads if one.open_items]
    return f"items are still open in {', '.join(left)}" if left else None
