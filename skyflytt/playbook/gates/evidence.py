"""Something that a step has to leave is there: `evidence:NAME`."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.steps import StepState, step_rows


def check(ledger: Ledger, project: str, name: str) -> str | None:
    rows = step_rows(ledger, project).values()
    there = any(name in row.evidence for row in rows if row.state is StepState.DONE)
    return None if there else f"there is no {name} yet"
