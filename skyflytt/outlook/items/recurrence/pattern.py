"""A recurrence pattern in the words of [MS-OXOCAL] 2.2.1.44. Dates and times are those of the series' own time zone, naive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Frequency(IntEnum):
    """RecurFrequency."""

    DAILY = 0x200A
    WEEKLY = 0x200B
    MONTHLY = 0x200C
    YEARLY = 0x200D


class PatternType(IntEnum):
    """How the days of a period are chosen; the HJ_ ones count by the Hijri calendar."""

    DAY = 0x0
    WEEK = 0x1
    MONTH = 0x2
    MONTH_NTH = 0x3
    MONTH_END = 0x4
    HJ_MONTH = 0xA
    HJ_MONTH_NTH = 0xB
    HJ_MONTH_END = 0xC


class EndType(IntEnum):
    """How a series ends."""

    BY_DATE = 0x2021
    AFTER_COUNT = 0x2022
    NEVER = 0x2023


GREGORIAN_CALENDARS = frozenset({0, 1, 2, 9, 10, 11, 12})
"""CalendarType: the default, and the Gregorian calendar in its several languages. Any other counts in lunar or era years."""

EVERY_DAY = 0b1111111
LAST = 5
"""`nth` of a MONTH_NTH pattern: the last."""


@dataclass(frozen=True, kw_only=True)
class RecurrencePattern:
    """`period` is in minutes for DAY, in weeks for WEEK, in months for the others.

    `days` is a mask for WEEK and MONTH_NTH (bit 0 is Sunday), `nth` 1 to 4 or LAST; `day_of_month` for MONTH falls on the last day of
    shorter months. `first_date_time` anchors the periods, in minutes since 1601. `end` is None for a series without end.
    `deleted` are the original dates of instances that are gone or changed, `modified` the dates the changed ones have now.
    """

    frequency: int
    pattern_type: PatternType
    period: int
    start: date
    end_type: EndType
    occurrence_count: int = 10
    end: date | None = None
    days: int = 0
    nth: int = 0
    day_of_month: int = 0
    first_day_of_week: int = 0
    first_date_time: int = 0
    calendar_type: int = 0
    sliding: int = 0
    deleted: tuple[date, ...] = ()
    modified: tuple[date, ...] = ()

    @property
    def is_gregorian(self) -> bool:
        """Whether its dates can be computed here: others count by calendars that iCalendar's rules do not know."""
        return self.calendar_type in GREGORIAN_CALENDARS and self.pattern_type < PatternType.HJ_MONTH


@dataclass(frozen=True, kw_only=True)
class ExceptionInfo:
    """One changed instance. What is None is as in the series; `body` says that the text differs (it is in the attached message)."""

    start: datetime
    end: datetime
    original_start: datetime
    subject: str | None = None
    meeting_type: int | None = None
    reminder_delta: int | None = None
    reminder_set: int | None = None
    location: str | None = None
    busy_status: int | None = None
    attachment: int | None = None
    sub_type: int | None = None
    color: int | None = None
    body: bool = False
    change_highlight: int = 0


@dataclass(frozen=True, kw_only=True)
class AppointmentRecurrence:
    """`start_minutes` and `end_minutes` are counted from the midnight that begins an instance's day; the end may lie in later days."""

    pattern: RecurrencePattern
    start_minutes: int
    end_minutes: int
    exceptions: tuple[ExceptionInfo, ...] = ()
