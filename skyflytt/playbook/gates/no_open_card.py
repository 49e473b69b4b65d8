"""Every application's card is filled in: version, backup, licence, documentation."""

from __future__ import annotations

from skyflytt.application.cards import open_cards
from skyflytt.ledger.ledger import Ledger


def check(ledger: Ledger, project: str, _argument: str = "") -> str | None:
    missing = open_cards(ledger, project)
    return "; ".join(missing) or None
