"""No item failed, or a named person accepted the loss."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    left = [f"{one.label} ({one.failed})" for one in situation.workloads if one.failed and not one.accepted_by]
    return f"items failed and nobody has accepted their loss: {', '.join(left)}" if left else None
