"""Which of Outlook's patterns might say what an RRULE says. `series` tries them against the rule's own dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from skyflytt.outlook.items.recurrence.minutes import DAY
from skyflytt.outlook.items.recurrence.pattern import EVERY_DAY, LAST, Frequency, PatternType

Parts = dict[str, list[Any]]
"""An RRULE's parts, as `icalendar` reads them: {"FREQ": ["WEEKLY"], "BYDAY": ["MO"]}."""

_BITS = {"SU": 1, "MO": 2, "TU": 4, "WE": 8, "TH": 16, "FR": 32, "SA": 64}
_CLOCK = (("BYHOUR", "hour"), ("BYMINUTE", "minute"), ("BYSECOND", "second"))


class Candidate(NamedTuple):
    """The part of a pattern that says which days."""

    frequency: Frequency
    pattern_type: PatternType
    period: int
    days: int = 0
    nth: int = 0
    day_of_month: int = 0


def candidates(parts: Parts, start: datetime) -> Iterator[Candidate]:
    """Most likely first; may be wrong, may be none. `start` is the naive local time of DTSTART."""
    if any(parts.get(name, [getattr(start, field)]) != [getattr(start, field)] for name, field in _CLOCK):
        return
    frequency = str(parts["FREQ"][0]).upper()
    interval = int(parts.get("INTERVAL", [1])[0])
    if frequency == "DAILY":
        yield Candidate(Frequency.DAILY, PatternType.DAY, interval * DAY)
    yield from _weekly(parts, start, frequency, interval)
    if frequency in {"MONTHLY", "YEARLY"}:
        yield from _monthly(parts, start, interval * 12 if frequency == "YEARLY" else interval)


def _weekly(parts: Parts, start: datetime, frequency: str, interval: int) -> Iterator[Candidate]:
    names = [str(name).upper() for name in parts.get("BYDAY", [])]
    if all(name in _BITS for name in names):
        mask = sum({_BITS[name] for name in names}) or _bit(start)
        yield Candidate(Frequency.WEEKLY, PatternType.WEEK, interval if frequency == "WEEKLY" else 1, days=mask)


def _monthly(parts: Parts, start: datetime, period: int) -> Iterator[Candidate]:
    months = len(parts.get("BYMONTH", []))
    periods = [period, *([12, 12 // months] if months and 12 % months == 0 else []), 1]
    for each in dict.fromkeys(periods):
        frequency = Frequency.YEARLY if each == 12 else Frequency.MONTHLY
        for kind, fields in _days_of_month(parts, start):
            yield Candidate(frequency, kind, each, **fields)


def _days_of_month(parts: Parts, start: datetime) -> Iterator[tuple[PatternType, dict[str, int]]]:
    if "BYDAY" in parts:
        yield from _weekdays_of_month([str(name).upper() for name in parts["BYDAY"]], parts.get("BYSETPOS", []))
    elif "BYMONTHDAY" not in parts:
        yield PatternType.MONTH, {"day_of_month": start.day}
    else:
        day = max(parts["BYMONTHDAY"], key=lambda number: number % 32)
        if day == -1:
            yield PatternType.MONTH, {"day_of_month": 31}
        elif 1 <= day <= 31:
            yield PatternType.MONTH, {"day_of_month": day}


def _weekdays_of_month(names: Sequence[str], positions: Sequence[int]) -> Iterator[tuple[PatternType, dict[str, int]]]:
    prefixes = {name[:-2].lstrip("+") for name in names}
    mask = sum({_BITS.get(name[-2:], 0) for name in names})
    if len(prefixes) > 1 or not mask:
        return
    prefix = prefixes.pop()
    nth = int(prefix) if prefix.lstrip("-").isdigit() else (positions[0] if len(positions) == 1 else 0)
    if nth in {-1, 1, 2, 3, 4, 5} and (not prefix or len(names) == 1):
        yield PatternType.MONTH_NTH, {"days": mask & EVERY_DAY, "nth": LAST if nth == -1 else nth}


def _bit(day: date) -> int:
    return 1 << (day.weekday() + 1) % 7
