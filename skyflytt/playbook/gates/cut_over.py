"""The project is in append mode: the new home is the customer's live system."""

from __future__ import annotations

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import mode
from skyflytt.ledger.schema import Mode


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    return None if mode(ledger, project) is Mode.APPEND else "the project is not cut over"
