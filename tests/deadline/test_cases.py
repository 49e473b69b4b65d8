"""Sixty dates, worked out by hand on a calendar: what each rule gives, in which zone, with the clocks changing in between."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.local_time import read_instant
from skyflytt.deadline.rule import parse_rule, period_ends
from skyflytt.deadline.shown import shown_end

SE, NO, RS, US = "Europe/Stockholm", "Europe/Oslo", "Europe/Belgrade", "America/New_York"

CASES = [
    # Calendar months that have started: the one in which notice is given does not count.
    ("2026-08-08", "started-months:2", SE, "2026-10-31 24:00", "2026-10-31T23:00Z"),
    ("2026-08-01", "started-months:2", SE, "2026-10-31 24:00", "2026-10-31T23:00Z"),
    ("2026-08-31", "started-months:2", SE, "2026-10-31 24:00", "2026-10-31T23:00Z"),
    ("2026-08-08T23:59", "started-months:2", SE, "2026-10-31 24:00", "2026-10-31T23:00Z"),
    ("2026-07-31", "started-months:2", SE, "2026-09-30 24:00", "2026-09-30T22:00Z"),
    ("2026-09-01", "started-months:2", SE, "2026-11-30 24:00", "2026-11-30T23:00Z"),
    ("2026-08-08", "started-months:0", SE, "2026-08-31 24:00", "2026-08-31T22:00Z"),
    ("2026-12-15", "started-months:2", SE, "2027-02-28 24:00", "2027-02-28T23:00Z"),
    ("2027-12-15", "started-months:2", SE, "2028-02-29 24:00", "2028-02-29T23:00Z"),
    ("2026-11-30", "started-months:1", SE, "2026-12-31 24:00", "2026-12-31T23:00Z"),
    ("2026-02-28", "started-months:1", RS, "2026-03-31 24:00", "2026-03-31T22:00Z"),
    ("2028-02-29", "started-months:12", NO, "2029-02-28 24:00", "2029-02-28T23:00Z"),
    ("2026-08-08", "started-months:2", US, "2026-10-31 24:00", "2026-11-01T04:00Z"),
    ("2026-08-08", "started-months:2", "UTC", "2026-10-31 24:00", "2026-11-01T00:00Z"),
    ("2026-08-08", "started-months:2", "Asia/Kolkata", "2026-10-31 24:00", "2026-10-31T18:30Z"),
    # Months from the day itself: to the day of the same number, or the month's last.
    ("2026-08-08", "rolling-months:2", SE, "2026-10-08 24:00", "2026-10-08T22:00Z"),
    ("2026-08-31", "rolling-months:1", SE, "2026-09-30 24:00", "2026-09-30T22:00Z"),
    ("2026-12-31", "rolling-months:2", SE, "2027-02-28 24:00", "2027-02-28T23:00Z"),
    ("2027-12-31", "rolling-months:2", SE, "2028-02-29 24:00", "2028-02-29T23:00Z"),
    ("2027-12-29", "rolling-months:2", SE, "2028-02-29 24:00", "2028-02-29T23:00Z"),
    ("2028-02-29", "rolling-months:12", SE, "2029-02-28 24:00", "2029-02-28T23:00Z"),
    ("2024-02-29", "rolling-months:48", SE, "2028-02-29 24:00", "2028-02-29T23:00Z"),
    ("2026-01-30", "rolling-months:1", RS, "2026-02-28 24:00", "2026-02-28T23:00Z"),
    ("2026-04-30", "rolling-months:1", NO, "2026-05-30 24:00", "2026-05-30T22:00Z"),
    ("2026-09-25", "rolling-months:1", SE, "2026-10-25 24:00", "2026-10-25T23:00Z"),
    ("2026-02-28", "rolling-months:1", SE, "2026-03-28 24:00", "2026-03-28T23:00Z"),
    ("2026-10-08", "rolling-months:7", SE, "2027-05-08 24:00", "2027-05-08T22:00Z"),
    # Days and weeks; a day of 23 or 25 hours is one day.
    ("2026-10-08", "days:30", SE, "2026-11-07 24:00", "2026-11-07T23:00Z"),
    ("2026-11-07", "days:30", SE, "2026-12-07 24:00", "2026-12-07T23:00Z"),
    ("2026-10-24", "days:1", SE, "2026-10-25 24:00", "2026-10-25T23:00Z"),
    ("2026-03-28", "days:1", SE, "2026-03-29 24:00", "2026-03-29T22:00Z"),
    ("2026-10-31", "days:3", SE, "2026-11-03 24:00", "2026-11-03T23:00Z"),
    ("2026-11-03", "days:7", SE, "2026-11-10 24:00", "2026-11-10T23:00Z"),
    ("2026-03-01", "days:60", SE, "2026-04-30 24:00", "2026-04-30T22:00Z"),
    ("2028-02-28", "days:1", SE, "2028-02-29 24:00", "2028-02-29T23:00Z"),
    ("2028-02-28", "days:2", SE, "2028-03-01 24:00", "2028-03-01T23:00Z"),
    ("2026-12-31", "days:1", SE, "2027-01-01 24:00", "2027-01-01T23:00Z"),
    ("2026-08-08", "days:0", SE, "2026-08-08 24:00", "2026-08-08T22:00Z"),
    ("2018-11-03", "days:0", "America/Sao_Paulo", "2018-11-03 24:00", "2018-11-04T03:00Z"),
    ("2026-08-08", "weeks:2", SE, "2026-08-22 24:00", "2026-08-22T22:00Z"),
    ("2026-09-28", "weeks:4", SE, "2026-10-26 24:00", "2026-10-26T23:00Z"),
    # Business days; the day itself does not count.
    ("2026-08-07", "business-days:1", SE, "2026-08-10 24:00", "2026-08-10T22:00Z"),
    ("2026-08-08", "business-days:1", SE, "2026-08-10 24:00", "2026-08-10T22:00Z"),
    ("2026-08-08", "business-days:0", SE, "2026-08-10 24:00", "2026-08-10T22:00Z"),
    ("2026-08-08", "business-days:14", SE, "2026-08-27 24:00", "2026-08-27T22:00Z"),
    ("2026-04-02", "business-days:1", SE, "2026-04-07 24:00", "2026-04-07T22:00Z"),
    ("2026-04-01", "business-days:1", NO, "2026-04-07 24:00", "2026-04-07T22:00Z"),
    ("2026-04-09", "business-days:1", RS, "2026-04-14 24:00", "2026-04-14T22:00Z"),
    ("2026-06-18", "business-days:1", SE, "2026-06-22 24:00", "2026-06-22T22:00Z"),
    ("2026-12-23", "business-days:2", SE, "2026-12-29 24:00", "2026-12-29T23:00Z"),
    ("2026-05-15", "business-days:1", NO, "2026-05-18 24:00", "2026-05-18T22:00Z"),
    ("2026-07-02", "business-days:1", US, "2026-07-06 24:00", "2026-07-07T04:00Z"),
    ("2026-11-25", "business-days:1", US, "2026-11-27 24:00", "2026-11-28T05:00Z"),
    # Business hours, 08:00 to 17:00.
    ("2026-08-10T09:00", "business-hours:4", SE, "2026-08-10 13:00", "2026-08-10T11:00Z"),
    ("2026-08-10T06:00", "business-hours:4", SE, "2026-08-10 12:00", "2026-08-10T10:00Z"),
    ("2026-08-10T15:00", "business-hours:4", SE, "2026-08-11 10:00", "2026-08-11T08:00Z"),
    ("2026-08-07T15:00", "business-hours:4", SE, "2026-08-10 10:00", "2026-08-10T08:00Z"),
    ("2026-08-08T10:00", "business-hours:4", SE, "2026-08-10 12:00", "2026-08-10T10:00Z"),
    ("2026-08-10T13:00", "business-hours:4", SE, "2026-08-10 17:00", "2026-08-10T15:00Z"),
    ("2026-10-23T16:00", "business-hours:9", SE, "2026-10-26 16:00", "2026-10-26T15:00Z"),
    ("2026-04-02T15:00", "business-hours:4", SE, "2026-04-07 10:00", "2026-04-07T08:00Z"),
]


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60
    assert len({case[:3] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("date", "rule", "zone", "shown", "utc"), CASES)
def test_a_period_ends_when_the_calendar_says(date: str, rule: str, zone: str, shown: str, utc: str) -> None:
    where = ZoneInfo(zone)
    earliest, latest = period_ends(parse_rule(rule), read_instant(date, where), where, business_hours_of(where))
    assert earliest == latest
    assert shown_end(latest, where) == shown or shown == latest.strftime("%Y-%m-%d %H:%M")
    assert f"{latest.astimezone(UTC):%Y-%m-%dT%H:%MZ}" == utc


@pytest.mark.parametrize(
    ("date", "rule", "earliest", "latest"),
    [
        ("2026-08-10", "business-days:2-3", "2026-08-12 24:00", "2026-08-13 24:00"),
        ("2026-08-07", "business-days:2-3", "2026-08-11 24:00", "2026-08-12 24:00"),
        ("2026-11-10", "weeks:4-6", "2026-12-08 24:00", "2026-12-22 24:00"),
    ],
)
def test_a_period_from_and_to(date: str, rule: str, earliest: str, latest: str) -> None:
    zone = ZoneInfo(SE)
    ends = period_ends(parse_rule(rule), read_instant(date, zone), zone, business_hours_of(zone))
    assert tuple(shown_end(end, zone) for end in ends) == (earliest, latest)
