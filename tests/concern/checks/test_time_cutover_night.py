"""A last pass against the hours that offices are closed."""

from __future__ import annotations

from skyflytt.concern.measured import Measured
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def slow(seconds: float) -> ShareFacts:
    """1,000 files a day come, and each takes so long to read."""
    measured = Measured(listed=1_000, listing_seconds=1, sampled=1, sampled_bytes=1, sampling_seconds=seconds)
    return ShareFacts("homes", files=30_000, recent_files=30_000, measured=measured)


def test_longer_than_a_night() -> None:
    (concern,) = found("time_cutover_night", facts(slow(30)))
    assert concern.found == "A delta pass is expected to take 16.7 hours; offices are closed for 15.0 hours."
    assert concern.examples == ("share homes: 16.7 hours",)


def test_within_a_night() -> None:
    assert not found("time_cutover_night", facts(slow(20)))
