"""A named person approved the planned change of each domain's records, as it is planned now."""

from __future__ import annotations

from skyflytt.dns.rows import all_rows
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import approvals, plan_of_domain


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    planned = {row.domain: row.plan_hash for row in all_rows(ledger, project) if row.plan_hash}
    if not planned:
        return "no domain has a plan: none has a host in the project file, or the plan was not made yet"
    missing = [name for name, digest in planned.items() if not approvals(ledger, project, plan_of_domain(name, digest))]
    return f"nobody has approved the plan for {', '.join(missing)}" if missing else None
