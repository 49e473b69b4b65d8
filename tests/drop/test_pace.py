"""The rate of an account is shared by its downloads."""

from __future__ import annotations

from skyflytt.drop.pace import BURST_S, Pace


def test_after_a_short_burst_the_rate_is_kept() -> None:
    pace, now, sent = Pace(1_000_000), 100.0, 0
    while now < 110:
        sent += 50_000
        now += pace.wait_s("norrsken", 50_000, now)
    assert 9.9e6 < sent < (10 + BURST_S) * 1e6 + 100_000


def test_accounts_do_not_slow_each_other() -> None:
    pace = Pace(1000)
    assert pace.wait_s("norrsken", 10_000, 1.0) > 5
    assert pace.wait_s("fjellvind", 100, 1.0) == 0


def test_a_pause_is_not_saved_up() -> None:
    pace = Pace(1000)
    pace.wait_s("norrsken", 1000, 1.0)
    assert pace.wait_s("norrsken", 10_000, 3600.0) > 9


def test_slow_downloads_go_in_small_blocks() -> None:
    assert Pace(80_000).block == 10_000
    assert Pace(10**9).block == 256 * 1024
    assert Pace(1).block == 1024
