"""An hour of each week, by the clock on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)


def weeks_reported(began: datetime, now: datetime, day: str, at: str, zone: ZoneInfo) -> int:
    """How many whole weeks had passed when that weekday's hour (`22:00`) was last there; 0 before the first of them.

    Each week after `began` has the hour once, whatever summer time does.
    """
    here = now.astimezone(zone).replace(tzinfo=None)
    hour, minute = map(int, at.split(":"))
    last = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    last -= timedelta(days=(last.weekday() - WEEKDAYS.index(day)) % 7)
    if last > here:
        last -= WEEK
    return max((last - began.astimezone(zone).replace(tzinfo=None)) // WEEK, 0)
