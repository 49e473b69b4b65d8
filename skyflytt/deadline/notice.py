"""When service ends after notice was given. Periods end with the last hour of their last day (Regulation (EEC) 1182/71, Article 3)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.project.contract import Notice


def service_end(given: date, notice: Notice, zone: ZoneInfo) -> datetime:
    """The aware instant (in `zone`) at which service ends: the midnight that closes the last day.

    started-months: the month in which notice is given has started and does not count; `months` whole calendar months follow.
    Notice on any day of August with 2 ends at 31 October 24:00. rolling-months: on the day of the same number, or the month's
    last where there is none. days: the day of the notice does not count.
    """
    return end_of_day(last_day(given, notice), zone)


def last_day(given: date, notice: Notice) -> date:
    """The last day of service."""
    if notice.rule == "days":
        return given + timedelta(days=notice.length)
    return after_months(given, notice.length, to_the_end=notice.rule == "started-months")


def after_months(given: date, months: int, *, to_the_end: bool) -> date:
    """The last day of the month so many months later, or its day of the same number (its last where there is none)."""
    year, month = _month_after(given, months)
    length = monthrange(year, month)[1]
    return date(year, month, length if to_the_end else min(given.day, length))


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The day's 24:00, which is the next day's local midnight, whatever the clocks do in between."""
    return start_of_day(day + timedelta(days=1), zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the local day (where clocks go forward at midnight, that is 01:00)."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    # A wall time that the clocks skip reads differently after a round trip; the trip lands on the one that exists.
    return datetime.fromtimestamp(midnight.timestamp(), zone)


def days_later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall time `days` calendar days later (earlier when negative); a day of 23 or 25 hours counts as one."""
    moved = at.astimezone(zone) + timedelta(days=days)
    return datetime.fromtimestamp(moved.timestamp(), zone)


def _month_after(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1
