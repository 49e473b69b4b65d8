"""Another step is done, however many steps lie between: `done:STEP`."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.steps import step_rows


def check(ledger: Ledger, project: str, step: str) -> str | None:
    row = step_rows(ledger, project).get(step)
    return None if row is not None and row.ended_at is not None else f"{step} is not done"
