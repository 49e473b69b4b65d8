"""How many connections: fed with measurements, without a server."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from skyflytt.files.limit import HOLD, LONGEST_HOLD, AdaptiveLimit


def fed(limit: AdaptiveLimit, rate_of: Callable[[int], float], windows: int) -> list[int]:
    """The limits of so many windows, in each of which what comes through depends on the limit alone."""
    seen = []
    for _ in range(windows):
        seen.append(limit.limit)
        limit.measured(rate_of(limit.limit))
    return seen


def test_it_starts_low_and_grows_while_each_one_pays() -> None:
    assert fed(AdaptiveLimit(12), lambda n: 100.0 * n, 5) == [2, 4, 8, 12, 12]


def test_it_goes_back_when_more_bring_nothing() -> None:
    """A line that four connections fill."""
    limit = AdaptiveLimit(8)
    assert fed(limit, lambda n: 100.0 * min(n, 4), 3) == [2, 4, 8]
    assert limit.limit == 4
    assert fed(limit, lambda n: 100.0 * min(n, 4), HOLD) == [4] * HOLD


def test_after_a_while_it_tries_one_more_and_each_time_later() -> None:
    limit = AdaptiveLimit(8)
    seen = fed(limit, lambda n: 100.0 * min(n, 4), 400)
    tries = [window for window, connections in enumerate(seen) if connections == 5]
    gaps = [after - before for before, after in pairwise(tries)]
    assert set(seen[3:]) == {4, 5}
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST_HOLD + 2


def test_a_line_that_became_wider_is_found_out() -> None:
    limit = AdaptiveLimit(8)
    fed(limit, lambda n: 100.0 * min(n, 2), 5)
    assert limit.limit == 2
    assert fed(limit, lambda n: 1000.0 * n, 60)[-1] == 8


@pytest.mark.parametrize("ceiling", [1, 2, 5])
def test_it_never_goes_above_what_is_allowed(ceiling: int) -> None:
    assert max(fed(AdaptiveLimit(ceiling), lambda n: 100.0 * n, 100)) == ceiling


def test_a_server_that_asks_for_patience_gets_half_for_long() -> None:
    limit = AdaptiveLimit(16)
    fed(limit, lambda n: 100.0 * n, 10)
    high = limit.limit
    limit.refused()
    assert (high, limit.limit) == (16, 8)
    assert fed(limit, lambda n: 100.0 * n, LONGEST_HOLD) == [high // 2] * LONGEST_HOLD
    assert fed(limit, lambda n: 100.0 * n, 20)[-1] > high // 2


def test_it_never_goes_below_one() -> None:
    limit = AdaptiveLimit(4)
    for _ in range(5):
        limit.refused()
    assert limit.limit == 1


def test_what_a_server_does_not_let_in_is_not_tried_again() -> None:
    limit = AdaptiveLimit(8)
    fed(limit, lambda n: 100.0 * n, 3)
    limit.cap(3)
    assert limit.limit == 3
    assert max(fed(limit, lambda n: 100.0 * n, 200)) == 3
