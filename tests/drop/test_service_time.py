"""Instants of a rehearsal, whose clock is made up, at places whose clock is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from skyflytt.deadline.clock import MovableClock, SystemClock
from skyflytt.drop.service_time import at_place, made_up

THEIRS = datetime(2026, 11, 22, 6, tzinfo=UTC)


def test_three_days_ahead_in_a_rehearsal_are_three_days_ahead_there() -> None:
    clock = MovableClock(datetime(2027, 5, 1, tzinfo=UTC))
    assert made_up(clock)
    assert at_place(clock.now() + timedelta(days=3), clock, THEIRS) == THEIRS + timedelta(days=3)


def test_otherwise_an_instant_is_an_instant() -> None:
    closes = datetime(2027, 5, 1, tzinfo=UTC)
    assert not made_up(SystemClock())
    assert at_place(closes, SystemClock(), THEIRS) == closes
