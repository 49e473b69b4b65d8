"""Times of day: neighbours of a minute, offsets, and the year that syslog does not tell."""

from __future__ import annotations

from datetime import UTC, datetime, timezone
from datetime import timedelta as delta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.callers.stamps import Stamps

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def stamps(latest: str = "2026-12-01T00:00:00+00:00", zone: ZoneInfo = STOCKHOLM) -> Stamps:
    return Stamps(zone, datetime.fromisoformat(latest))


def utc(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


@pytest.mark.parametrize(
    ("latest", "stamp", "year"),
    [
        ("2027-01-01T00:10:00+00:00", b"Dec 31 23:59:58", 2026),
        ("2027-01-01T00:10:00+00:00", b"Jan  1 00:05:00", 2027),
        ("2026-12-31T22:59:00+00:00", b"Jan  1 00:01:00", 2027),  # its clock is a little ahead of ours
        ("2026-12-31T12:00:00+00:00", b"Jan  2 00:01:00", 2026),
        ("2027-01-05T00:00:00+00:00", b"Jan  6 00:30:00", 2027),
        ("2027-01-05T00:00:00+00:00", b"Jan  7 00:30:00", 2026),
        ("2026-07-01T00:00:00+00:00", b"Jun 30 10:00:00", 2026),
        ("2026-07-01T00:00:00+00:00", b"Aug 30 10:00:00", 2025),
        ("2027-03-02T00:00:00+00:00", b"Feb 29 10:00:00", 2024),
    ],
)
def test_the_year_is_the_latest_that_does_not_lie_ahead(latest: str, stamp: bytes, year: int) -> None:
    at = datetime.fromtimestamp(stamps(latest).syslog(stamp), STOCKHOLM)
    assert at.year == year
    assert at.strftime("%b %e %H:%M:%S").encode() == stamp


def test_a_log_runs_over_new_year_line_by_line() -> None:
    read = stamps("2027-01-01T08:00:00+00:00").syslog
    lines = [b"Dec 31 23:59:58", b"Dec 31 23:59:59", b"Jan  1 00:00:00", b"Jan  1 00:00:01", b"Dec 31 23:59:59"]
    assert [read(line) - read(lines[0]) for line in lines] == [0, 1, 2, 3, 1]


def test_local_time_has_its_summer_and_winter() -> None:
    read = stamps().syslog
    assert utc(read(b"Jul  1 12:00:07")) == "2026-07-01T10:00:07+00:00"
    assert utc(read(b"Nov 22 12:00:07")) == "2026-11-22T11:00:07+00:00"


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (b"2026-11-22T08:49:11.123456+01:00", "2026-11-22T07:49:11+00:00"),
        (b"2026-11-22T08:49:11-05:30", "2026-11-22T14:19:11+00:00"),
        (b"2026-11-22T08:49:11Z", "2026-11-22T08:49:11+00:00"),
        (b"2026-11-22 08:49:11,123", "2026-11-22T07:49:11+00:00"),
        (b"2026-11-22 08:49:11", "2026-11-22T07:49:11+00:00"),
    ],
)
def test_iso_with_and_without_an_offset(stamp: bytes, at: str) -> None:
    read = stamps()
    assert utc(read.iso(b"2026-11-22T08:49:00+09:00")) == "2026-11-21T23:49:00+00:00"
    assert utc(read.iso(stamp)) == at


def test_a_given_zone_is_for_stamps_without_an_offset() -> None:
    read = Stamps(timezone(delta(hours=1)), datetime(2026, 12, 1, tzinfo=UTC))
    assert utc(read.iso(b"2026-11-22 08:49:11", UTC)) == "2026-11-22T08:49:11+00:00"
    assert utc(read.iso(b"2026-11-22 08:50:11")) == "2026-11-22T07:50:11+00:00"


def test_access_logs_and_ctime() -> None:
    read = stamps()
    assert utc(read.access(b"22/Nov/2026:08:49:11 +0100")) == "2026-11-22T07:49:11+00:00"
    assert utc(read.access(b"22/Nov/2026:08:49:12 -0330")) == "2026-11-22T12:19:12+00:00"
    assert utc(read.ctime(b"Sun Nov 22 08:49:11 2026")) == "2026-11-22T07:49:11+00:00"


@pytest.mark.parametrize("stamp", [b"Xyz 22 08:49:11", b"Nov 31 08:49:11", b"Nov 22 25:49:11", b"Nov 22 08:49:xx"])
def test_what_is_no_time_is_refused(stamp: bytes) -> None:
    with pytest.raises(ValueError):
        stamps().syslog(stamp)
