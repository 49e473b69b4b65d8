"""A named person, or two different ones, approved what a step left as it is now: `approved:STEP`, `approved-by-two:STEP`.

An approval is bound to what it was given for: when the step leaves something else afterwards, it is void.
"""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import approvals, different_people, step_of
from skyflytt.playbook.model import left_by
from skyflytt.playbook.steps import step_rows


def by_one(ledger: Ledger, project: str, step: str) -> str | None:
    return _by(ledger, project, step, 1)


def by_two(ledger: Ledger, project: str, step: str) -> str | None:
    return _by(ledger, project, step, 2)


def _by(ledger: Ledger, project: str, step: str, wanted: int) -> str | None:
    row = step_rows(ledger, project).get(step)
    if row is None or row.ended_at is None:
        return f"{step} is not done, so nobody can approve it"
    given = different_people(approvals(ledger, project, step_of(step, left_by(step, row.evidence))))
    if len(given) >= wanted:
        return None
    void = approvals(ledger, project, step_of(step, ""), beginning=True)
    changed = "; an approval was given for what it was before, and is void" if len(void) > len(given) else ""
    if wanted == 1:
        return f"nobody has approved {step}{changed}"
    return f"{len(given)} of two different people have approved {step}{changed}"
