"""The manifests were checked, and are those of the ledger as it is now."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    if situation.evidence_problems is None:
        return "the manifests were not checked"
    return (
        f"the manifests do not hold: {'; '.join(situation.evidence_problems)}" if situation.evidence_problems else None
    )
