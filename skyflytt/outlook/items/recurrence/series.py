"""An RRULE as one of Outlook's patterns, proved date by date, or as the single dates of what no pattern can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile

from dateutil.rrule import rrule, rrulestr
from icalendar.prop import vRecur

from skyflytt.outlook.items.recurrence.candidates import Candidate, Parts, candidates
from skyflytt.outlook.items.recurrence.dates import anchored, occurrences
from skyflytt.outlook.items.recurrence.pattern import EndType, RecurrencePattern

_YEARS_PROVED = 40
_YEARS_PROVED_DAY_BY_DAY = 10
_YEARS_EXPANDED = 10
_MOST_PROVED = 1500
_MOST_SINGLE = 500
_MOST_DELETED = 500
_WEEKDAYS = {"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
_TOO_FINE = frozenset({"SECONDLY", "MINUTELY"})


@dataclass
class Series:
    """Either a pattern, or the single starts that stand for it (naive, local); `losses` says what is not as the rule has it."""

    pattern: RecurrencePattern | None = None
    starts: list[datetime] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Dates:
    """The rule's own starts as far as they were looked at; `complete` if that is all of them."""

    starts: list[datetime]
    complete: bool


def series_of(rule: str, start: datetime, until: datetime | None, last_expanded: date | None = None) -> Series:
    """The series that begins at `start` (naive local). `until` is the rule's UNTIL in local time; the one in the text is not looked at.

    A pattern is returned only if its dates are those of the rule: all of them, or of an endless one the first 1,500 or forty years
    (ten of a sparse daily one).
    Rules without such a pattern become single starts up to `last_expanded` (ten years after the start if not given), 500 at most.
    """
    try:
        parts = _parts(rule)
        dates = _dates(parts, start, until)
    except (ValueError, TypeError, OverflowError, KeyError, IndexError, AttributeError) as wrong:
        return Series(
            starts=[start], losses=[f"the rule {rule} cannot be read ({wrong}); only the first occurrence is here"]
        )
    if not dates.starts:
        return Series(starts=[start], losses=[f"the rule {rule} has no dates; only the first occurrence is here"])
    for candidate in candidates(parts, start):
        proved = _proved(candidate, parts, dates, until)
        if proved is not None:
            return Series(pattern=proved)
    return _with_deletions(rule, parts, dates, start, last_expanded) or _expanded(rule, dates, start, last_expanded)


def _parts(rule: str) -> Parts:
    parts = {str(name).upper(): list(values) for name, values in vRecur.from_ical(rule.strip().upper()).items()}
    if "RSCALE" in parts or "SKIP" in parts:
        raise ValueError("it counts by RFC 7529")
    frequency = str(parts["FREQ"][0])
    fine = frequency in _TOO_FINE and any(name.startswith("BY") for name in parts)
    if fine or not 1 <= int(parts.get("INTERVAL", [1])[0]) <= 10_000:
        raise ValueError("it is too fine, or has an interval of nothing")
    if "COUNT" in parts and not 1 <= int(parts["COUNT"][0]) <= 1_000_000:
        raise ValueError("it has a count of nothing")
    return parts


def _dates(parts: Parts, start: datetime, until: datetime | None) -> _Dates:
    horizon = start.replace(month=1, day=1) + timedelta(days=_years_proved(parts) * 366)
    limit = min(until, horizon) if until is not None else horizon
    count = _count(parts)
    found = rrulestr(_text(parts), dtstart=start)
    if not isinstance(found, rrule):
        raise TypeError("it is more than one rule")
    # A rule whose dates cannot be (30 February) would be followed to the end of time without a bound.
    starts = list(islice(found.replace(until=limit), min(count or _MOST_PROVED + 1, _MOST_PROVED + 1)))
    complete = len(starts) <= _MOST_PROVED and (limit == until or len(starts) == count)
    return _Dates(starts[:_MOST_PROVED], complete)


def _years_proved(parts: Parts) -> int:
    """A rule that looks at every day, or hour, and takes few of them is slow to follow."""
    sparse = any(name.startswith("BY") for name in parts)
    return _YEARS_PROVED_DAY_BY_DAY if sparse and parts["FREQ"][0] in {"DAILY", "HOURLY"} else _YEARS_PROVED


def _text(parts: Parts) -> str:
    rule = vRecur({name: values for name, values in parts.items() if name not in {"UNTIL", "COUNT"}})
    return str(rule.to_ical().decode())  # type: ignore[no-untyped-call]


def _count(parts: Parts) -> int | None:
    return int(parts["COUNT"][0]) if "COUNT" in parts else None


def _pattern(candidate: Candidate, parts: Parts, first: date) -> RecurrencePattern:
    week_start = _WEEKDAYS[str(parts.get("WKST", ["MO"])[0])]
    return anchored(
        RecurrencePattern(**candidate._asdict(), start=first, end_type=EndType.NEVER, first_day_of_week=week_start)
    )


def _proved(candidate: Candidate, parts: Parts, dates: _Dates, until: datetime | None) -> RecurrencePattern | None:
    days = _days(dates)
    pattern = _pattern(candidate, parts, days[0])
    if days != list(islice(occurrences(pattern), len(days))):
        return None
    count = _count(parts)
    if not dates.complete:
        return _ending_far_off(pattern, count, until)
    end_type = EndType.BY_DATE if count is None or len(days) < count else EndType.AFTER_COUNT
    return replace(pattern, end_type=end_type, occurrence_count=len(days), end=days[-1])


def _ending_far_off(pattern: RecurrencePattern, count: int | None, until: datetime | None) -> RecurrencePattern:
    """Beyond what was proved the pattern itself is the best source of its last date."""
    if until is not None:
        pattern = replace(pattern, end_type=EndType.BY_DATE, end=until.date())
    elif count is not None:
        pattern = replace(pattern, end_type=EndType.AFTER_COUNT, occurrence_count=count)
    else:
        return pattern
    days = list(islice(occurrences(pattern), 1_000_001))
    return replace(pattern, occurrence_count=len(days), end=days[-1])


def _days(dates: _Dates) -> list[date]:
    return [start.date() for start in dates.starts]


def _with_deletions(
    rule: str, parts: Parts, dates: _Dates, start: datetime, last_expanded: date | None
) -> Series | None:
    """A pattern that has all of the rule's dates and a few more, which are marked as deleted; it must end, for their number to be finite."""
    kept = dates if dates.complete else _within(dates, start, last_expanded)
    days = _days(kept)
    if not days or any(each.time() != start.time() for each in kept.starts) or len(set(days)) < len(days):
        return None
    for candidate in candidates(parts, start):
        every = list(_until(occurrences(_pattern(candidate, parts, days[0])), days[-1]))
        extra = sorted(set(every) - set(days))
        if set(days) <= set(every) and len(extra) <= min(_MOST_DELETED, len(days)):
            pattern = replace(
                _pattern(candidate, parts, days[0]),
                end_type=EndType.BY_DATE,
                occurrence_count=len(every),
                end=days[-1],
                deleted=tuple(extra),
            )
            return Series(pattern=pattern, losses=[] if dates.complete else [_cut(rule, days[-1])])
    return None


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    return takewhile(lambda day: day <= last, days)


def _within(dates: _Dates, start: datetime, last_expanded: date | None) -> _Dates:
    last = last_expanded or start.date() + timedelta(days=_YEARS_EXPANDED * 365)
    return _Dates([each for each in dates.starts if each <= datetime.combine(last, time.max)], complete=False)


def _expanded(rule: str, dates: _Dates, start: datetime, last_expanded: date | None) -> Series:
    kept = _within(dates, start, last_expanded).starts[:_MOST_SINGLE] or [start]
    losses = [f"Outlook has no words for the rule {rule}; its occurrences are single items"]
    if not dates.complete or len(kept) < len(dates.starts):
        losses.append(_cut(rule, kept[-1].date()))
    return Series(starts=kept, losses=losses)


def _cut(rule: str, last: date) -> str:
    return f"the occurrences of the rule {rule} end here with {last:%Y-%m-%d}; the later ones are left out"
