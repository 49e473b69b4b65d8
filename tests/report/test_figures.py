"""Figures and names as the page shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from skyflytt.report.figures import distance, named, percent, plain, size
from skyflytt.report.given import in_words

NOW = datetime(2026, 10, 28, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "100 %"),
        (0, 7, "0 %"),
        (1, 3, "33.3 %"),
        (999_999, 1_000_000, "99.9 %"),
        (5, 5, "100 %"),
        (1, 10**12, "0 %"),
    ],
)
def test_only_all_of_it_is_100_percent(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (26_200_000, "26.2 MB"), (12_345 * 10**15, "12,345.0 PB")],
)
def test_sizes(value: int, shown: str) -> None:
    assert size(value) == shown


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (timedelta(seconds=30), "now"),
        (timedelta(minutes=25), "in 25 min"),
        (timedelta(hours=5, minutes=20), "in 5 h 20 min"),
        (timedelta(hours=30), "in 30 h"),
        (timedelta(days=3, hours=5), "in 3 days"),
        (-timedelta(days=81), "81 days ago"),
        (-timedelta(seconds=3), "now"),
    ],
)
def test_distances(gap: timedelta, shown: str) -> None:
    assert distance(NOW + gap, NOW) == shown


def test_what_is_not_seen_is_made_seen() -> None:
    assert plain("faktura\u202efdp.exe") == "faktura\\u202efdp.exe"
    assert plain("a\x00b\x1b[31m\udcff") == "a\\u0000b\\u001b[31m\\udcff"
    assert plain("one\ntwo\tthree") == "one two three"
    assert plain("Åhléns \u200fשלום\u200f") == "Åhléns \u200fשלום\u200f"
    assert len(plain("x" * 10_000)) == 401


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("cutover", "Cutover"),
        ("decommission:8f31c2a90b7e1234", "Deletion at the old provider, plan 8f31c2a90b7e"),
        ("organisation:Norrsken", "Deletion of the organisation Norrsken"),
        ("waiver:handover", "No receipt for the drop handover"),
        ("step:help-ordered:8f31", "What the step help-ordered left"),
        ("accepted-loss:mailbox anna", "Loss of what failed in mailbox anna"),
        ("something else", "something else"),
        ("waiver:", "waiver:"),
    ],
)
def test_subjects_of_approvals_in_words(subject: str, words: str) -> None:
    assert in_words(subject) == words


def test_names_of_deadlines() -> None:
    assert named("drop-ends.handover") == "Drop ends: handover"
    assert named("notice-ends") == "Notice ends"
