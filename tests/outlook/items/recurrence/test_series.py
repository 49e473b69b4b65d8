# ruff: noqa: DTZ001 - the local time of a series
"""RRULEs as Outlook's patterns, against dateutil's own expansion of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.outlook.items.recurrence import (
    PatternType,
    decode_pattern,
    encode_pattern,
    instances,
    occurrences,
    rule_of_pattern,
    series_of,
)

START = datetime(2024, 1, 31, 9, 30)
DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]


def _expected(rule: str, start: datetime, count: int = 200) -> list[date]:
    horizon = start + timedelta(days=366 * 20)
    return [each.date() for each in islice(rrulestr(rule, dtstart=start).between(start, horizon, inc=True), count)]


starts = st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1)).map(lambda day: day.replace(second=0, microsecond=0))
intervals = st.integers(1, 13).map(lambda number: f";INTERVAL={number}")
endings = st.one_of(st.just(""), st.integers(1, 60).map(lambda count: f";COUNT={count}"))
weekdays = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True).map(",".join)
nths = st.sampled_from([1, 2, 3, 4, -1])
daily = st.just("FREQ=DAILY")
weekly = st.builds("FREQ=WEEKLY;BYDAY={};WKST={}".format, weekdays, st.sampled_from(DAYS))
monthly = st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.one_of(st.integers(1, 28), st.just(-1)))
monthly_nth = st.builds("FREQ=MONTHLY;BYDAY={}{}".format, nths, st.sampled_from(DAYS))
monthly_position = st.builds("FREQ=MONTHLY;BYDAY={};BYSETPOS={}".format, weekdays, nths)
yearly = st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 28))
yearly_nth = st.builds("FREQ=YEARLY;BYMONTH={};BYDAY={}{}".format, st.integers(1, 12), nths, st.sampled_from(DAYS))
expressible = st.builds(
    "{}{}{}".format,
    st.one_of(daily, weekly, monthly, monthly_nth, monthly_position, yearly, yearly_nth),
    intervals,
    endings,
)


@settings(max_examples=200, deadline=None)
@given(expressible, starts)
def test_a_rule_becomes_a_blob_and_the_same_dates_again(rule: str, start: datetime) -> None:
    series = series_of(rule, start, None)
    expected = _expected(rule, start)
    if not expected:
        return
    assert series.losses == []
    assert series.pattern is not None
    pattern = decode_pattern(encode_pattern(series.pattern))
    assert pattern == series.pattern
    assert list(islice(instances(pattern), len(expected))) == expected
    until = None if pattern.end is None else datetime.combine(pattern.end, start.time())
    again = rule_of_pattern(pattern, pattern.start, until).to_ical().decode()
    first = datetime.combine(pattern.start, start.time())
    assert _expected(again, first, len(expected)) == expected
    second = series_of(again, first, until).pattern
    assert second is not None
    assert list(islice(instances(second), len(expected))) == expected


any_rule = given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.lists(
        st.sampled_from(
            [
                "INTERVAL=2", "BYMONTH=1,7", "BYMONTH=2", "BYMONTHDAY=31", "BYMONTHDAY=30,-2", "BYDAY=MO,2TU", "BYDAY=5FR",
                "BYDAY=SA,SU", "BYSETPOS=-2", "BYSETPOS=1,3", "BYYEARDAY=100,-1", "BYHOUR=9,17", "BYWEEKNO=20", "COUNT=17",
            ]
        ),
        max_size=4,
        unique_by=lambda part: part.split("=")[0],
    ),
    starts,
)  # fmt: skip


@settings(max_examples=6, deadline=None, derandomize=True)
@any_rule
def test_no_rule_is_silently_wrong(frequency: str, parts: list[str], start: datetime) -> None:
    """A rule that has no dates is looked for through all the years that there are, which takes seconds; so here are few."""
    is_not_silently_wrong(frequency, parts, start)


@pytest.mark.heavy
@settings(max_examples=200, deadline=None)
@any_rule
def test_no_rule_of_many_is_silently_wrong(frequency: str, parts: list[str], start: datetime) -> None:
    is_not_silently_wrong(frequency, parts, start)


def is_not_silently_wrong(frequency: str, parts: list[str], start: datetime) -> None:
    """Whatever the rule, its dates in the first ten years are there, or it is said what is missing."""
    rule = ";".join([f"FREQ={frequency}", *parts])
    series = series_of(rule, start, None)
    horizon = start + timedelta(days=1200)
    try:
        endless = rrulestr(
            ";".join([f"FREQ={frequency}", *(part for part in parts if part != "COUNT=17")]), dtstart=start
        )
    except ValueError:
        assert series.losses
        return
    expected = list(islice(endless.replace(until=horizon), 17 if "COUNT=17" in parts else 200))
    if series.pattern is None:
        assert series.losses
        if "cannot be read" not in series.losses[0] and expected:
            assert series.starts[: len(expected)] == expected
        return
    found = [datetime.combine(day, start.time()) for day in islice(instances(series.pattern), len(expected))]
    assert found == expected


def test_the_31st_skips_short_months_and_so_does_outlook() -> None:
    """Outlook's day 31 is the last day of every month; iCalendar's is left out where there is none."""
    series = series_of("FREQ=MONTHLY;COUNT=5", START, None)
    assert series.pattern is not None
    assert [day.isoformat() for day in instances(series.pattern)] == [
        "2024-01-31", "2024-03-31", "2024-05-31", "2024-07-31", "2024-08-31",
    ]  # fmt: skip
    assert date(2024, 2, 29) in series.pattern.deleted
    assert series.losses == []


def test_the_31st_without_end_stops_after_ten_years_and_says_so() -> None:
    series = series_of("FREQ=MONTHLY", START, None)
    assert series.pattern is not None
    assert series.pattern.end == date(2033, 12, 31)
    assert series.losses == [
        "the occurrences of the rule FREQ=MONTHLY end here with 2033-12-31; the later ones are left out"
    ]


def test_leap_day_of_every_year_is_that_of_leap_years_only() -> None:
    series = series_of("FREQ=YEARLY;COUNT=3", datetime(2024, 2, 29, 8, 0), None)
    found = list(instances(series.pattern)) if series.pattern else [each.date() for each in series.starts]
    assert found == [date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)]


def test_the_last_day_of_february_is_outlooks_29th() -> None:
    series = series_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", datetime(2024, 2, 29, 8, 0), None)
    assert series.pattern is not None
    assert (series.pattern.pattern_type, series.pattern.day_of_month) == (PatternType.MONTH, 29)


@pytest.mark.parametrize(
    ("rule", "kind", "period"),
    [
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", PatternType.WEEK, 1),
        ("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=15", PatternType.MONTH, 3),
        ("FREQ=MONTHLY;BYMONTH=5;BYDAY=-1MO", PatternType.MONTH_NTH, 12),
        ("FREQ=MONTHLY;BYDAY=TU", PatternType.WEEK, 1),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", PatternType.WEEK, 2),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=28", PatternType.MONTH, 48),
    ],
)
def test_rules_that_mean_the_same_find_their_pattern(rule: str, kind: PatternType, period: int) -> None:
    pattern = series_of(rule, START, None).pattern
    assert pattern is not None
    assert (pattern.pattern_type, pattern.period) == (kind, period)
    expected = _expected(rule, START)
    assert list(islice(occurrences(pattern), len(expected))) == expected


def test_every_friday_the_13th_becomes_single_items() -> None:
    series = series_of("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4", datetime(2026, 2, 13, 10, 0), None)
    assert series.pattern is None
    assert [each.isoformat() for each in series.starts] == [
        "2026-02-13T10:00:00", "2026-03-13T10:00:00", "2026-11-13T10:00:00", "2027-08-13T10:00:00",
    ]  # fmt: skip
    assert "single items" in series.losses[0]
    assert len(series.losses) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=NEVER", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=DAILY;COUNT=0",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "BYDAY=MO", "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO", "RSCALE=HEBREW;FREQ=YEARLY",
        pytest.param("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", marks=pytest.mark.heavy), "FREQ=DAILY\nFREQ=WEEKLY", "FREQ=WEEKLY;WKST=XX",
    ],
)  # fmt: skip
def test_rules_without_sense_leave_the_first_occurrence_and_a_sentence(rule: str) -> None:
    series = series_of(rule, START, None)
    assert series.pattern is None
    assert series.starts == [START]
    assert len(series.losses) == 1


def test_until_beyond_what_is_proved() -> None:
    until = datetime(2090, 6, 1, 9, 30)
    pattern = series_of("FREQ=WEEKLY", START, until).pattern
    assert pattern is not None
    assert pattern.end == date(2090, 5, 31)
    assert pattern.occurrence_count == len(list(occurrences(pattern))) == len(_all("FREQ=WEEKLY", START, until))


def test_a_count_that_goes_on_after_what_is_proved() -> None:
    pattern = series_of("FREQ=DAILY;COUNT=5000", START, None).pattern
    assert pattern is not None
    assert list(occurrences(pattern))[-1] == pattern.end == (START + timedelta(days=4999)).date()
    assert replace(pattern, deleted=()) == pattern


def _all(rule: str, start: datetime, until: datetime) -> list[datetime]:
    return rrulestr(rule, dtstart=start).between(start, until, inc=True)
