"""The pace of the last minute, by a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from skyflytt.phase.rate import Rate


@dataclass
class Hand:
    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_items_bytes_and_time_left(hand: Hand) -> None:
    rate = Rate(hand)
    for done in (100, 200, 300):
        hand.at += 10
        rate.moved(5_000_000)
        rate.done(done)
    assert rate.items_per_s == pytest.approx(10)
    assert rate.megabytes_per_s == pytest.approx(0.5)
    assert rate.left_s(900) == pytest.approx(60)
    assert rate.in_words(900) == "300 of 900 (33 %), 10.0 items/s, 0.5 MB/s, about 60 s left"


def test_only_the_last_minute_counts(hand: Hand) -> None:
    rate = Rate(hand)
    for _ in range(120):
        hand.at += 1
        rate.done(int(hand.at - 100) * 10)
    for _ in range(60):
        hand.at += 1
        rate.done(1200)
    assert rate.items_per_s == 0
    assert rate.left_s(2_000) is None
    assert rate.in_words(2_000) == "1200 of 2000 (60 %), 0.0 items/s"


def test_nothing_is_told_of_the_first_moment(hand: Hand) -> None:
    rate = Rate(hand)
    hand.at += 0.5
    rate.done(50)
    assert rate.in_words(100) == "50 of 100 (50 %)"
    assert rate.in_words(0) == "50 of 0 (100 %)"


def test_a_second_part_of_the_step_is_counted_by_itself(hand: Hand) -> None:
    rate = Rate(hand)
    hand.at += 10
    rate.done(1_000)
    rate.done(0)
    hand.at += 10
    rate.done(20)
    assert rate.items_per_s == pytest.approx(2)
    assert rate.in_words(40) == "20 of 40 (50 %), 2.0 items/s, about 10 s left"
