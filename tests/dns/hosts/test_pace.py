"""Calls come as often as a host documents, and not while it asks to wait."""

from __future__ import annotations

import pytest

from skyflytt.dns.hosts.pace import Pace, shared_pace
from skyflytt.errors.dns import HostBusy
from tests.contract.zone_hosts import Minutes


def test_no_minute_has_more_calls_than_are_allowed() -> None:
    time = Minutes()
    pace = Pace(3, time.monotonic, time.sleep)
    made = [pace.call(time.monotonic) - 1000.0 for _ in range(8)]
    assert made == [0, 0, 0, 60, 60, 60, 120, 120]


def test_calls_that_are_spread_do_not_wait() -> None:
    time = Minutes()
    pace = Pace(2, time.monotonic, time.sleep)
    for _ in range(5):
        pace.call(time.monotonic)
        time.at += 31
    assert time.slept == []


def test_without_a_limit_nothing_waits() -> None:
    time = Minutes()
    pace = Pace(None, time.monotonic, time.sleep)
    assert [pace.call(time.monotonic) for _ in range(100)] == [1000.0] * 100


def busy_until(time: Minutes, free_at: float, wait: float | None) -> float:
    if time.at < free_at:
        raise HostBusy("zone", "wait", retry_after_s=wait)
    return time.at


def test_it_waits_as_long_as_it_is_asked_to_and_calls_again() -> None:
    time = Minutes()
    pace = Pace(60, time.monotonic, time.sleep)
    assert pace.call(lambda: busy_until(time, 1020.0, 7.0)) == 1021.0
    assert time.slept == [7.0, 7.0, 7.0]


@pytest.mark.parametrize("wait", [None, 3600.0])
def test_what_nobody_waits_for_is_raised_at_once(wait: float | None) -> None:
    time = Minutes()
    with pytest.raises(HostBusy):
        Pace(60, time.monotonic, time.sleep).call(lambda: busy_until(time, 9999.0, wait))
    assert time.slept == []


def test_it_does_not_ask_for_ever() -> None:
    time = Minutes()
    with pytest.raises(HostBusy):
        Pace(60, time.monotonic, time.sleep).call(lambda: busy_until(time, 9999.0, 1.0))
    assert len(time.slept) == 4


def test_an_account_has_one_pace() -> None:
    assert shared_pace("loopia", "a", 60) is shared_pace("loopia", "a", 60)
    assert shared_pace("loopia", "a", 60) is not shared_pace("loopia", "b", 60)
