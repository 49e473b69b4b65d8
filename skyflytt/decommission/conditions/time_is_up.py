"""The countdown has ended: the deadline of erasure, or the later end that a late warning or a new start gave it."""

from __future__ import annotations

from skyflytt.decommission.situation import Situation


def check(situation: Situation) -> str | None:
    ends_at = situation.countdown.ends_at
    if ends_at is None:
        return "the ledger has no deadline of erasure"
    if situation.now < ends_at:
        ends, now = (f"{at.astimezone(situation.zone):%Y-%m-%d %H:%M %Z}" for at in (ends_at, situation.now))
        return f"the countdown ends at {ends}, and it is {now}"
    return None
