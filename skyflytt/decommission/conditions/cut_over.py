"""The customer lives in the new home."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation
from skyflytt.ledger.schema import Mode


def check(situation: Situation) -> str | None:
    return None if situation.mode is Mode.APPEND else "the project is not cut over"
