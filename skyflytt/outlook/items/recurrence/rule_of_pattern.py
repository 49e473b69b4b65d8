"""Outlook's pattern as an RRULE (RFC 5545 3.3.10)."""

from __future__ import annotations

from datetime import date, datetime

from icalendar.prop import vRecur

from skyflytt.outlook.items.recurrence.minutes import DAY
from skyflytt.outlook.items.recurrence.pattern import LAST, EndType, PatternType, RecurrencePattern

_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


class NoSuchRule(ValueError):
    """The pattern counts in a calendar, or in periods, that an RRULE has no words for."""


def rule_of_pattern(pattern: RecurrencePattern, first: date, until: date | datetime | None) -> vRecur:
    """`first` is the first date of the series; `until` the last start, aware, or a date for all-day series (used where it ends by date)."""
    if not pattern.is_gregorian:
        raise NoSuchRule(f"its dates are those of another calendar ({pattern.calendar_type})")
    rule = _days(pattern) if pattern.pattern_type in {PatternType.DAY, PatternType.WEEK} else _months(pattern, first)
    if pattern.end_type == EndType.AFTER_COUNT:
        rule["COUNT"] = [pattern.occurrence_count]
    elif pattern.end_type == EndType.BY_DATE and until is not None:
        rule["UNTIL"] = [until]
    return rule


def _days(pattern: RecurrencePattern) -> vRecur:
    if pattern.pattern_type == PatternType.DAY:
        if pattern.period % DAY:
            raise NoSuchRule(f"its period is {pattern.period} minutes, not whole days")
        return _rule("DAILY", pattern.period // DAY)
    rule = _rule("WEEKLY", pattern.period)
    rule["BYDAY"] = _names(pattern.days)
    rule["WKST"] = [_DAYS[pattern.first_day_of_week]]
    return rule


def _months(pattern: RecurrencePattern, first: date) -> vRecur:
    yearly = pattern.period % 12 == 0
    rule = _rule("YEARLY", pattern.period // 12) if yearly else _rule("MONTHLY", pattern.period)
    if yearly:
        rule["BYMONTH"] = [first.month]
    rule.update(_within_month(pattern))
    return rule


def _within_month(pattern: RecurrencePattern) -> dict[str, list[int] | list[str]]:
    if pattern.pattern_type == PatternType.MONTH_NTH:
        nth = -1 if pattern.nth == LAST else pattern.nth
        names = _names(pattern.days)
        return {"BYDAY": [f"{nth}{names[0]}"]} if len(names) == 1 else {"BYDAY": names, "BYSETPOS": [nth]}
    day = 31 if pattern.pattern_type == PatternType.MONTH_END else pattern.day_of_month
    if day > 30:
        return {"BYMONTHDAY": [-1]}
    if day > 28:
        # Outlook takes the last day of a month that is too short; iCalendar would leave the month out.
        return {"BYMONTHDAY": list(range(28, day + 1)), "BYSETPOS": [-1]}
    return {"BYMONTHDAY": [day]}


def _rule(frequency: str, interval: int) -> vRecur:
    rule = vRecur({"FREQ": [frequency]})
    if interval != 1:
        rule["INTERVAL"] = [interval]
    return rule


def _names(mask: int) -> list[str]:
    return [name for bit, name in enumerate(_DAYS) if mask >> bit & 1]
