"""A named person approved the cutover."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import CUTOVER, approvals


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    return None if approvals(ledger, project, CUTOVER) else "nobody has approved the cutover"
