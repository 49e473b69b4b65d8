"""The deadline of erasure has been reached."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    if situation.erasure_at is None:
        return "the ledger has no deadline of erasure"
    if situation.now < situation.erasure_at:
        return f"the deadline of erasure is {situation.erasure_at.isoformat()}, and it is {situation.now.isoformat()}"
    return None
