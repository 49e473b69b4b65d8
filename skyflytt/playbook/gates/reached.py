"""A deadline of the project has passed: `reached:DEADLINE`."""

from __future__ import annotations

from skyflytt.deadline.table import deadlines
from skyflytt.ledger.ledger import Ledger


def check(ledger: Ledger, project: str, name: str) -> str | None:
    found = [one.at for key, one in deadlines(ledger, project).items() if key == name or key.startswith(f"{name}.")]
    if not found:
        return f"there is no deadline {name} yet"
    return None if ledger.clock.now() >= max(found) else f"{name} is not before {max(found):%Y-%m-%d %H:%M} UTC"
