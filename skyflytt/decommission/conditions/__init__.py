"""What must hold before anything is deleted. Each is a file with `check(situation)`: None, or the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skyflytt.decommission.conditions import (
    approved_by_two,
    cut_over,
    evidence_verified,
    holds_answered,
    no_activity,
    nothing_failed,
    received,
    reconciled,
    time_is_up,
    warned,
)
from skyflytt.decommission.situation import Situation

Condition = Callable[[Situation], str | None]

CONDITIONS: Mapping[str, Condition] = {
    "cut-over": cut_over.check,
    "reconciled": reconciled.check,
    "nothing-failed": nothing_failed.check,
    "evidence-verified": evidence_verified.check,
    "received": received.check,
    "holds-answered": holds_answered.check,
    "approved-by-two": approved_by_two.check,
    "warned": warned.check,
    "time-is-up": time_is_up.check,
    "no-activity": no_activity.check,
}
