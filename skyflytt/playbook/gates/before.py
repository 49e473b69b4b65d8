"""A deadline of the project has not passed yet: `before:DEADLINE`. What comes after it comes too late, and stays refused."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.gates import reached


def check(ledger: Ledger, project: str, name: str) -> str | None:
    words = reached.check(ledger, project, name)
    if words is None:
        return f"{name} has passed, so it comes too late"
    return words if words.startswith("there is no deadline") else None
