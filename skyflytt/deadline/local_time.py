"""A day or a time as somebody wrote it. A wall time that the clocks skip, or pass twice, is never guessed at."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from skyflytt.deadline.notice import start_of_day
from skyflytt.errors.deadline import CalendarUnknown, DatePast, DateUnreadable, TimeDoesNotExist, TimeExistsTwice

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_zone(name: str) -> ZoneInfo:
    """The time zone of this name. Raises `CalendarUnknown`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarUnknown(repr(name), "there is no time zone of this name") from error


def read_day(text: str) -> date:
    """The day in `2026-08-08`. Raises `DateUnreadable`."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise DateUnreadable(repr(text), "the calendar has no such day") from error
    raise DateUnreadable(repr(text), "it is not of the form 2026-08-08")


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of a day (its first), of a local time in `zone`, or of a time with its offset; given back in `zone`.

    Raises `DateUnreadable`, `TimeDoesNotExist`, `TimeExistsTwice`.
    """
    if DAY.fullmatch(text):
        return start_of_day(read_day(text), zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise DateUnreadable(repr(text), "it is not of the form 2026-08-08 or 2026-08-08T09:00") from error
    return at.astimezone(zone) if at.tzinfo is not None else wall_time(at, zone)


def wall_time(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive local time as an instant. Raises `TimeDoesNotExist`, `TimeExistsTwice`."""
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise TimeDoesNotExist(f"{at:%Y-%m-%d %H:%M}", f"in {zone.key} no clock shows it on that day")
    if first.utcoffset() != second.utcoffset():
        offsets = f"{first:%H:%M%z} and {second:%H:%M%z}"
        raise TimeExistsTwice(f"{at:%Y-%m-%d %H:%M}", f"in {zone.key} it comes twice, as {offsets}")
    return first


def require_ahead(at: datetime, now: datetime, what: str) -> None:
    """Raise `DatePast` for something to be agreed on that is over already."""
    if at <= now:
        raise DatePast(f"{what} ({at:%Y-%m-%d %H:%M %Z})", f"it is {now.astimezone(at.tzinfo):%Y-%m-%d %H:%M %Z} now")
