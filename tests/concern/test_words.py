"""Figures as a sentence wants them."""

from __future__ import annotations

import pytest

from skyflytt.concern import words


def test_counts() -> None:
    assert words.count(1, "entry", "entries") == "1 entry"
    assert words.count(12_345, "message") == "12,345 messages"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (26_240_000, "26.2 MB"),
        (5 * 10**12, "5.0 TB"),
        (10**16, "10000.0 TB"),
    ],
)
def test_sizes(value: int, text: str) -> None:
    assert words.size(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "under a minute"), (1 / 60, "1 minute"), (0.5, "30 minutes"), (3.49, "3.5 hours"), (100.0, "4.2 days")],
)
def test_hours(value: float, text: str) -> None:
    assert words.hours(value) == text
