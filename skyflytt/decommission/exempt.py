"""Places whose source is nobody's to empty, such as files that were handed over: there is no account behind them.

Said in the ledger, so that the plan, the record and whoever approves them see the same.
"""

from __future__ import annotations

from skyflytt.ledger import journal, sync_states
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.workloads import Workload, workloads

SCOPE = "erasure/not-applicable"


def exempt(ledger: Ledger, workload: Workload, reason: str, *, by: str) -> None:
    """Nothing of this workload's source is deleted, for `reason`; "" takes it back, when the project names another source."""
    if why_exempt(ledger, workload) == reason:
        return
    sync_states.set_token(ledger, workload, SCOPE, reason)
    action = "erasure-not-applicable" if reason else "erasure-applicable"
    journal.append(ledger, workload.project, actor=by, action=action, subject=workload.label, data={"reason": reason})


def why_exempt(ledger: Ledger, workload: Workload) -> str:
    """The reason; "" where the source is to be erased like any other."""
    return sync_states.token(ledger, workload, SCOPE) or ""


def exempt_places(ledger: Ledger, project: str) -> dict[str, str]:
    """The reasons by the labels of the workloads."""
    found = ((one.label, why_exempt(ledger, one)) for one in workloads(ledger, project))
    return {label: reason for label, reason in found if reason}
