"""Windows that let too little through."""

from __future__ import annotations

from skyflytt.concern.measured import Measured
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found, project

ALWAYS = [{"days": "mon-sun", "from": "00:00", "to": "24:00", "megabit_per_s": 8}]
OFFICE = [{"days": "mon-fri", "from": "08:00", "to": "17:00", "megabit_per_s": 8}]


def share(size: int, seconds: float = 0) -> ShareFacts:
    measured = Measured(sampled=1, sampled_bytes=1_000_000, sampling_seconds=seconds) if seconds else Measured()
    return ShareFacts("homes", files=1, size_bytes=size, measured=measured)


def test_a_megabyte_a_second_for_83_days() -> None:
    (concern,) = found("time_line", facts(share(10**13), of=project(bandwidth=ALWAYS)))
    assert (
        concern.found
        == "10.0 TB of files are to go; with its windows the line lets 604.8 GB a week through, 7.1 TB in 82 days."
    )
    assert not found("time_line", facts(share(7 * 10**12), of=project(bandwidth=ALWAYS)))


def test_the_hours_without_a_window_go_as_fast_as_was_measured() -> None:
    of = project(bandwidth=OFFICE)
    assert not found("time_line", facts(share(10**13, seconds=0.01), of=of))
    assert found("time_line", facts(share(10**13, seconds=1), of=of))


def test_nobody_knows_or_nothing_is_limited() -> None:
    assert not found("time_line", facts(share(10**13), of=project(bandwidth=OFFICE)))
    assert not found("time_line", facts(share(10**13, seconds=1)))
