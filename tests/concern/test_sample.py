"""Samples, the largest, and a fair choice, out of many things."""

from __future__ import annotations

from collections import Counter

from skyflytt.concern.largest import Largest, Sized
from skyflytt.concern.sample import Reservoir, Sampling


def test_a_sample_counts_all_and_keeps_the_first_twenty() -> None:
    sampling = Sampling()
    for number in range(1_000):
        sampling.add(str(number))
    sample = sampling.sample()
    assert sample.total == 1_000
    assert sample.examples == tuple(map(str, range(20)))


def test_the_ten_largest_in_order() -> None:
    largest = Largest()
    for number in range(1_000):
        largest.offer(f"f{number}", number * 7919 % 1_000)
    assert [one.size_bytes for one in largest.descending()] == list(range(999, 989, -1))


def test_among_equals_the_first_stay() -> None:
    largest = Largest()
    for number in range(12):
        largest.offer(f"f{number}", 5)
    assert largest.descending() == tuple(Sized(f"f{number}", 5) for number in range(10))


def test_the_choice_is_spread_and_the_same_each_time() -> None:
    choices = []
    for _ in range(2):
        reservoir: Reservoir[int] = Reservoir(20)
        for number in range(10_000):
            reservoir.offer(number)
        choices.append(reservoir.chosen)
    assert choices[0] == choices[1]
    assert len(set(choices[0])) == 20
    quarters = Counter(number // 2_500 for number in choices[0])
    assert set(quarters) == {0, 1, 2, 3}
