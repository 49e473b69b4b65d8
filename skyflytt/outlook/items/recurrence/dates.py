"""The dates of a recurrence pattern ([MS-OXOCAL] 2.2.1.44.1.1 and 2.2.1.44.1.2)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from skyflytt.outlook.items.recurrence.minutes import DAY, WEEK, minutes, moment
from skyflytt.outlook.items.recurrence.pattern import LAST, EndType, PatternType, RecurrencePattern

NO_END_YEAR = 4500
"""The last year of Outlook's calendar: where a series without end stops."""


def anchored(pattern: RecurrencePattern) -> RecurrencePattern:
    """The pattern with `first_date_time` computed from its start, period and first day of the week."""
    return replace(pattern, first_date_time=_first_date_time(pattern))


def occurrences(pattern: RecurrencePattern) -> Iterator[date]:
    """Every date of the pattern in order, the deleted ones too. Nothing for a calendar that is not Gregorian."""
    if not pattern.is_gregorian:
        return iter(())
    dates = _from_start(pattern)
    if pattern.end_type == EndType.AFTER_COUNT:
        return islice(dates, pattern.occurrence_count)
    if pattern.end_type == EndType.BY_DATE and pattern.end is not None:
        return _until(dates, pattern.end)
    return dates


def instances(pattern: RecurrencePattern) -> Iterator[date]:
    """The dates that are neither deleted nor changed."""
    gone = frozenset(pattern.deleted)
    return (day for day in occurrences(pattern) if day not in gone)


def week_of(day: date, first_day_of_week: int) -> date:
    """The first day of the week a date lies in; 0 for weeks that begin on Sunday."""
    return day - timedelta(days=(day.weekday() + 1 - first_day_of_week) % 7)


def _first_date_time(pattern: RecurrencePattern) -> int:
    if pattern.pattern_type == PatternType.DAY:
        return minutes(pattern.start) % pattern.period
    if pattern.pattern_type == PatternType.WEEK:
        return minutes(week_of(pattern.start, pattern.first_day_of_week)) % (pattern.period * WEEK)
    month = _month_number(pattern.start) % pattern.period
    return minutes(date(1601 + month // 12, month % 12 + 1, 1))


def _month_number(day: date) -> int:
    return (day.year - 1601) * 12 + day.month - 1


def _until(dates: Iterator[date], end: date) -> Iterator[date]:
    for day in dates:
        if day > end:
            return
        yield day


def _from_start(pattern: RecurrencePattern) -> Iterator[date]:
    if pattern.pattern_type == PatternType.DAY:
        candidates = _days(pattern)
    elif pattern.pattern_type == PatternType.WEEK:
        candidates = _weeks(pattern)
    else:
        candidates = _months(pattern)
    return (day for day in candidates if day >= pattern.start)


def _days(pattern: RecurrencePattern) -> Iterator[date]:
    # A period that is no whole number of days is rounded down to the day that it falls on.
    at = minutes(pattern.start)
    at += (pattern.first_date_time - at) % pattern.period
    while (day := moment(at).date()).year <= NO_END_YEAR:
        yield day
        at += max(pattern.period, DAY)


def _weeks(pattern: RecurrencePattern) -> Iterator[date]:
    first = week_of(pattern.start, pattern.first_day_of_week)
    span = pattern.period * WEEK
    week = first + timedelta(minutes=(pattern.first_date_time - minutes(first)) % span)
    while week.year <= NO_END_YEAR:
        days = (week + timedelta(days=index) for index in range(7))
        yield from (day for day in days if pattern.days >> (day.weekday() + 1) % 7 & 1)
        week += timedelta(weeks=pattern.period)


def _months(pattern: RecurrencePattern) -> Iterator[date]:
    first = _month_number(moment(pattern.first_date_time).date())
    month = _month_number(pattern.start)
    month += (first - month) % pattern.period
    while (year := 1601 + month // 12) <= NO_END_YEAR:
        day = _day_in_month(pattern, year, month % 12 + 1)
        if day is not None:
            yield day
        month += pattern.period


def _day_in_month(pattern: RecurrencePattern, year: int, month: int) -> date | None:
    length = monthrange(year, month)[1]
    if pattern.pattern_type == PatternType.MONTH_END:
        return date(year, month, length)
    if pattern.pattern_type == PatternType.MONTH:
        return date(year, month, min(pattern.day_of_month, length))
    days = (date(year, month, day) for day in range(1, length + 1))
    chosen = [day for day in days if pattern.days >> (day.weekday() + 1) % 7 & 1]
    return chosen[-1] if pattern.nth == LAST else next(iter(chosen[pattern.nth - 1 : pattern.nth]), None)
