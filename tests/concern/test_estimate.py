"""Hours from measured rates, by arithmetic that can be followed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skyflytt.concern.estimate import estimate
from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts
from skyflytt.concern.measured import Measured
from skyflytt.concern.rates import Basis, rates_of
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, mailbox

# 36,000 listed at 1,000/s; 10 messages of 1,000 bytes each in 1 second.
MEASURED = Measured(listed=36_000, listing_seconds=36, sampled=10, sampled_bytes=10_000, sampling_seconds=1)


def anna(size_bytes: int = 36_000_000, **changes: object) -> MailboxFacts:
    inbox = FolderFacts(("INBOX",), None, 36_000, size_bytes)
    given: dict[str, object] = {"measured": MEASURED, "recent_messages": 3_000, "recent_bytes": 3_000_000}
    return mailbox(folders=(inbox,), **{**given, **changes})


def test_a_pass_is_listing_and_twice_the_reading() -> None:
    given = facts(anna())
    (one,) = estimate(given, rates_of(given)).workloads
    # Listing 36 s; 36,000 messages at 0.1 s, read and written: 7,200 s.
    assert one.first_pass_hours == pytest.approx((36 + 7_200) / 3600)
    # A delta finds a thirtieth of 3,000: 100 messages, 20 s.
    assert one.delta_pass_hours == pytest.approx((36 + 20) / 3600)
    assert (one.items_per_second, one.bytes_per_second, one.listed_per_second) == pytest.approx((10, 10_000, 1_000))
    assert (one.sampled, one.sampled_bytes, one.basis) == (10, 10_000, Basis.OWN_SAMPLE)


def test_bytes_decide_when_the_sample_was_of_small_ones() -> None:
    given = facts(anna(size_bytes=360_000_000))
    (one,) = estimate(given, rates_of(given)).workloads
    assert one.first_pass_hours == pytest.approx((36 + 72_000) / 3600)


def test_totals_and_passes_until_service_ends() -> None:
    given = facts(anna(), ShareFacts("homes"), at=datetime(2026, 10, 22, 23, 30, tzinfo=UTC))
    whole = estimate(given, rates_of(given))
    assert whole.cutover_by == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    # Eight whole days are left.
    assert whole.passes_until_cutover == 9
    assert whole.first_pass_hours == pytest.approx(2.01)
    assert whole.total_hours == pytest.approx(whole.first_pass_hours + 8 * whole.delta_pass_hours)
    assert (whole.items, whole.size_bytes) == (36_000, 36_000_000)
    assert whole.measured_on_sample
    assert "sample" in whole.method
    assert whole.unmeasured == ()


def test_at_least_the_last_pass_is_expected_when_service_has_ended() -> None:
    given = facts(anna(), at=datetime(2026, 11, 20, tzinfo=UTC))
    assert estimate(given, rates_of(given)).passes_until_cutover == 2


def test_a_workload_without_a_sample_takes_its_kind_s() -> None:
    unsampled = anna(mailbox="bengt", measured=Measured(listed=36_000, listing_seconds=36))
    given = facts(anna(), unsampled, ShareFacts("homes", files=5, size_bytes=5))
    first, second, share = estimate(given, rates_of(given)).workloads
    assert (second.basis, second.first_pass_hours) == (Basis.SAMPLES_OF_ITS_KIND, first.first_pass_hours)
    assert (share.basis, share.first_pass_hours, share.delta_pass_hours) == (Basis.NOT_MEASURED, None, 0.0)
    assert estimate(given, rates_of(given)).unmeasured == ("share homes",)


def test_empty_files_have_no_rate_of_bytes() -> None:
    empty = Measured(listed=4, listing_seconds=1, sampled=4, sampled_bytes=0, sampling_seconds=2)
    given = facts(ShareFacts("homes", files=4, measured=empty))
    (one,) = estimate(given, rates_of(given)).workloads
    assert one.bytes_per_second is None
    assert one.first_pass_hours == pytest.approx((1 + 2 * 2) / 3600)
