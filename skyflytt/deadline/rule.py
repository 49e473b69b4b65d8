"""Rules for periods as data: `started-months:2`, `rolling-months:2`, `days:30`, `weeks:4-6`, `business-days:2-3`, `business-hours:4`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from skyflytt.deadline.business import BusinessHours
from skyflytt.deadline.notice import after_months, end_of_day
from skyflytt.errors.deadline import RuleUnknown


class Counting(StrEnum):
    STARTED_MONTHS = "started-months"
    """Whole calendar months after the one that has started."""
    ROLLING_MONTHS = "rolling-months"
    """To the day of the same number, or the month's last."""
    DAYS = "days"
    WEEKS = "weeks"
    BUSINESS_DAYS = "business-days"
    """Days on which offices work; the day that the period is counted from is not one of them."""
    BUSINESS_HOURS = "business-hours"
    """Hours in which offices work, over several days if need be."""


MOST = {
    Counting.STARTED_MONTHS: 120,
    Counting.ROLLING_MONTHS: 120,
    Counting.DAYS: 3660,
    Counting.WEEKS: 522,
    Counting.BUSINESS_DAYS: 1000,
    Counting.BUSINESS_HOURS: 1000,
}
"""The longest period of each kind: ten years or less, so that a slip of the pen is found."""
PATTERN = re.compile(r"([a-z-]+):(\d{1,4})(?:-(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A period from `least` to `most` of a unit; both are the same for a fixed one."""

    counting: Counting
    least: int
    most: int

    def __str__(self) -> str:
        span = f"{self.least}" if self.least == self.most else f"{self.least}-{self.most}"
        return f"{self.counting}:{span}"


def parse_rule(text: str) -> Rule:
    """The rule in a text such as `weeks:4-6`. Raises `RuleUnknown`."""
    found = PATTERN.fullmatch(text.strip())
    if found is None or found[1] not in list(Counting):
        raise RuleUnknown(repr(text), f"the kinds are {', '.join(Counting)}, each with a number")
    counting, least = Counting(found[1]), int(found[2])
    most = int(found[3]) if found[3] else least
    if most < least:
        raise RuleUnknown(repr(text), f"{least} is more than {most}")
    if most > MOST[counting]:
        raise RuleUnknown(repr(text), f"{most} is more than the {MOST[counting]} that are counted")
    return Rule(counting, least, most)


def last_day(given: date, counting: Counting, length: int, business: BusinessHours) -> date:
    """The last day of a period of days, weeks or months that is counted from `given`, which itself does not count."""
    if counting is Counting.BUSINESS_DAYS:
        return business.days_after(given, length)
    if counting in (Counting.STARTED_MONTHS, Counting.ROLLING_MONTHS):
        return after_months(given, length, to_the_end=counting is Counting.STARTED_MONTHS)
    return given + timedelta(days=length * (7 if counting is Counting.WEEKS else 1))


def period_ends(rule: Rule, start: datetime, zone: ZoneInfo, business: BusinessHours) -> tuple[datetime, datetime]:
    """When the period from `start` (aware) ends at the earliest and at the latest.

    Periods of days and longer end at the 24:00 of their last day in `zone`; business hours end within a day.
    """
    return tuple(_ends(rule.counting, n, start, zone, business) for n in (rule.least, rule.most))  # type: ignore[return-value]


def _ends(counting: Counting, length: int, start: datetime, zone: ZoneInfo, business: BusinessHours) -> datetime:
    if counting is Counting.BUSINESS_HOURS:
        return business.hours_after(start, length)
    return end_of_day(last_day(start.astimezone(zone).date(), counting, length, business), zone)
