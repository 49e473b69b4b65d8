"""Notice periods: the dates of real contracts, and what holds for every date."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.deadline.notice import days_later, end_of_day, last_day, service_end, start_of_day
from skyflytt.project.contract import NoticeInDays, NoticeInMonths

STOCKHOLM = ZoneInfo("Europe/Stockholm")
STARTED = NoticeInMonths(rule="started-months", months=2)
ROLLING = NoticeInMonths(rule="rolling-months", months=2)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
zones = st.sampled_from(
    ["Europe/Stockholm", "Europe/Belgrade", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kolkata"]
).map(ZoneInfo)


@pytest.mark.parametrize("day", [1, 8, 31])
def test_two_started_months_from_any_day_of_august_end_with_october(day: int) -> None:
    end = service_end(date(2026, 8, day), STARTED, STOCKHOLM)
    assert end == datetime(2026, 11, 1, tzinfo=STOCKHOLM)
    assert end.astimezone(UTC) == datetime(2026, 10, 31, 23, tzinfo=UTC)  # winter time by then


def test_the_clocks_have_not_changed_yet_a_month_earlier() -> None:
    assert service_end(date(2026, 7, 31), STARTED, STOCKHOLM).astimezone(UTC) == datetime(2026, 9, 30, 22, tzinfo=UTC)


def test_rolling_months_end_on_the_day_of_the_same_number_or_the_months_last() -> None:
    assert last_day(date(2026, 8, 8), ROLLING) == date(2026, 10, 8)
    assert last_day(date(2026, 12, 31), ROLLING) == date(2027, 2, 28)
    assert last_day(date(2027, 12, 31), ROLLING) == date(2028, 2, 29)


def test_days_do_not_count_the_day_of_the_notice() -> None:
    assert last_day(date(2026, 10, 8), NoticeInDays(rule="days", days=30)) == date(2026, 11, 7)


def test_a_midnight_that_the_clocks_skip_is_the_first_instant_there_is() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    start = start_of_day(date(2018, 11, 4), zone)
    assert (start.hour, start.astimezone(UTC)) == (1, datetime(2018, 11, 4, 3, tzinfo=UTC))


@given(days, st.integers(0, 24))
def test_started_months_always_end_at_a_months_end(given_on: date, months: int) -> None:
    last = last_day(given_on, NoticeInMonths(rule="started-months", months=months))
    assert last.day == monthrange(last.year, last.month)[1]
    assert (last.year * 12 + last.month) - (given_on.year * 12 + given_on.month) == months


@given(days, st.integers(0, 24))
def test_rolling_months_never_give_more_than_started_ones(given_on: date, months: int) -> None:
    rolling = last_day(given_on, NoticeInMonths(rule="rolling-months", months=months))
    started = last_day(given_on, NoticeInMonths(rule="started-months", months=months))
    assert given_on <= rolling <= started
    assert rolling.day in (given_on.day, monthrange(rolling.year, rolling.month)[1])


@given(days, days, st.integers(0, 12), st.sampled_from(["started-months", "rolling-months"]))
def test_later_notice_never_ends_sooner(first: date, second: date, months: int, rule: str) -> None:
    notice = NoticeInMonths(rule=rule, months=months)  # type: ignore[arg-type]
    assert last_day(min(first, second), notice) <= last_day(max(first, second), notice)


@given(days, zones)
def test_the_end_of_a_day_is_the_start_of_the_next_and_no_instant_lies_between(day: date, zone: ZoneInfo) -> None:
    end = end_of_day(day, zone)
    assert end == start_of_day(day + timedelta(days=1), zone)
    before = (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone)
    assert (before.date(), end.date()) == (day, day + timedelta(days=1))


@given(days, st.integers(-400, 400), zones)
def test_days_later_keeps_the_wall_time(day: date, count: int, zone: ZoneInfo) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    moved = days_later(noon.astimezone(UTC), count, zone)
    assert (moved.hour, moved.date()) == (12, day + timedelta(days=count))
