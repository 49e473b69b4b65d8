"""The last passes left no more than so many items behind: `threshold:failed=0`, `threshold:skipped=25`.

Items whose loss a named person accepted for a workload do not count as failed.
"""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.workloads import workloads
from skyflytt.playbook.approvals import approvals, losses_of

KINDS = ("failed", "skipped")


def is_known(text: str) -> bool:
    kind, _, most = text.partition("=")
    return kind in KINDS and most.isdecimal()


def check(ledger: Ledger, project: str, text: str) -> str | None:
    kind, _, most = text.partition("=")
    counted = 0
    for workload in workloads(ledger, project):
        account = last_account(ledger, workload)
        accepted = kind == "failed" and approvals(ledger, project, losses_of(workload.label))
        counted += getattr(account, kind) if account is not None and not accepted else 0
    return f"{counted} items are {kind}, where {most} are the most" if counted > int(most) else None
