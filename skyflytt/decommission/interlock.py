"""The interlock: all conditions, or nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.decommission.conditions import CONDITIONS
from skyflytt.decommission.plan import Plan
from skyflytt.decommission.situation import Situation
from skyflytt.errors.decommission import DecommissionRefused


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to delete exactly this plan; only `permit` gives it, and `erase` takes nothing else."""

    plan: Plan
    approvers: tuple[str, ...]


def refusals(situation: Situation) -> dict[str, str]:
    """What speaks against deleting: the condition's name and its sentence. Nothing when all hold."""
    found = {name: check(situation) for name, check in CONDITIONS.items()}
    return {name: words for name, words in found.items() if words is not None}


def permit(situation: Situation) -> Permit:
    """Leave to delete, or `DecommissionRefused` with every sentence."""
    found = refusals(situation)
    if found:
        raise DecommissionRefused(situation.project, "; ".join(found.values()))
    return Permit(situation.plan, situation.approvers)
