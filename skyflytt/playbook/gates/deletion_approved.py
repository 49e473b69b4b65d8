"""Two different people approved the same plan of deletion. The interlock compares it with the present plan before deleting.

Nobody is asked where nothing can be deleted.
"""

from __future__ import annotations

from skyflytt.decommission.plan import nothing_to_delete
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import Approval, approvals, deletion_of, different_people


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    if nothing_to_delete(ledger, project):
        return None
    by_plan: dict[str, list[Approval]] = {}
    for one in approvals(ledger, project, deletion_of(""), beginning=True):
        by_plan.setdefault(one.subject, []).append(one)
    most = max((len(different_people(given)) for given in by_plan.values()), default=0)
    return None if most >= 2 else f"{most} of two different people have approved one plan of deletion"
