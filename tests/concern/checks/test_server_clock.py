"""Clocks that differ."""

from __future__ import annotations

from skyflytt.concern.server_facts import ServerFacts
from tests.concern.given import around, facts, found


def test_ahead_and_behind() -> None:
    ahead, behind = (
        ServerFacts(name, "h.example", 443, ahead_s=seconds) for name, seconds in (("a", 600), ("b", -7200))
    )
    first, second = found("server_clock", facts(around=around(ahead, behind)))
    assert first.found == "Its clock is 10 minutes ahead of this machine's."
    assert second.found == "Its clock is 2.0 hours behind this machine's."


def test_two_minutes_are_allowed() -> None:
    assert not found("server_clock", facts(around=around(ServerFacts("a", "h.example", 443, ahead_s=-120))))
