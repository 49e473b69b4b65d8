"""What the move takes against what is left of the notice."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.concern.mailbox_facts import FolderFacts
from skyflytt.concern.measured import Measured
from tests.concern.given import facts, found, mailbox

SERVICE_ENDS = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # midnight in Stockholm, in winter time


def test_nothing_with_weeks_to_spare() -> None:
    assert not found("time_notice", facts(mailbox(), at=datetime(2026, 10, 17, 22, 59, tzinfo=UTC)))


def test_less_than_two_weeks() -> None:
    (concern,) = found("time_notice", facts(at=datetime(2026, 10, 20, 12, 0, tzinfo=UTC)))
    assert concern.found == (
        "Service ends on 2026-11-01 00:00, in 11 days; the first pass and the last one are expected to take under a minute, "
        "measured on a sample."
    )


def test_a_move_that_takes_half_of_what_is_left() -> None:
    # 2,000,000 messages at one second each, and as long again for writing: 46 days of the 82 that are left.
    large = (FolderFacts(("INBOX",), None, 2_000_000, 2_000_000_000),)
    slow = Measured(listed=2_000_000, listing_seconds=60, sampled=20, sampled_bytes=20_000, sampling_seconds=20)
    (concern,) = found("time_notice", facts(mailbox(folders=large, measured=slow)))
    assert "in 82 days" in concern.found
    assert "46.3 days" in concern.found


def test_service_that_has_ended_and_a_workload_without_a_measurement() -> None:
    (concern,) = found("time_notice", facts(mailbox(), at=SERVICE_ENDS))
    assert concern.found.startswith("Service ended on 2026-11-01 00:00;")
    assert "(not counting mailbox anna, not measured)" in concern.found
