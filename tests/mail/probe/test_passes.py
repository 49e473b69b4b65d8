"""How many passes until one is short."""

from __future__ import annotations

import pytest

from skyflytt.concern.estimate import workload_estimate
from skyflytt.concern.measured import Amount, Measured
from skyflytt.concern.rates import rate_of
from skyflytt.mail.probe.facts import PlannedPass
from skyflytt.mail.probe.passes import MOST_PASSES, SHORT_HOURS, planned


def passes(items: int, recent: int, sample_seconds: float, listing_seconds: float = 1.0) -> tuple[PlannedPass, ...]:
    """20 messages of 1 kB were read in `sample_seconds`."""
    sampled = 20 if items else 0
    measured = Measured(items, listing_seconds, sampled, sampled * 1000, sample_seconds)
    amount = Amount("mailbox", "anna", items, items * 1000, recent, recent * 1000, measured)
    rate = rate_of(measured, measured)
    return planned(amount, rate, workload_estimate(amount, rate))


def test_a_small_mailbox_takes_one_pass_and_a_last_one() -> None:
    first, last = passes(1000, 100, 1.0)
    assert first.messages == 1000
    assert first.hours == pytest.approx((2 * 1000 / 20 + 1) / 3600)
    assert last.messages == pytest.approx(100 / 30 / 24 * first.hours)


def test_each_pass_finds_what_came_during_the_one_before() -> None:
    found = passes(100_000, 30_000, 20.0)
    hours = [one.hours for one in found]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] == pytest.approx((2 * 100_000 + 1) / 3600)
    assert found[1].messages == pytest.approx(1000 * hours[0] / 24)
    assert hours[-1] <= SHORT_HOURS < hours[-2]
    assert len(found) == 3


def test_when_more_comes_than_can_be_moved_it_does_not_go_on_for_ever() -> None:
    found = passes(100_000, 10_000_000, 20.0)
    assert len(found) == 2
    assert len(passes(10_000_000, 90_000, 20.0, 7200.0)) < MOST_PASSES


def test_nothing_to_move() -> None:
    assert [one.messages for one in passes(0, 0, 0.0)] == [0, 0]
