"""The yearly rule of a time zone as Windows writes it, worked out from a zone's own transitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

_YEARS_LOOKED_AT = 6
_LAST_WEEK = 5


class Change(NamedTuple):
    """When a year's clock changes, in the local time before the change: `week` 1 to 4, 5 for the last; `weekday` 0 is Sunday.

    `day_ms` is how far into the day: 7,200,000 for two o'clock.
    """

    month: int
    week: int
    weekday: int
    day_ms: int


class Rule(NamedTuple):
    """Biases in minutes, UTC = local + bias. Without daylight saving both changes are None."""

    bias: int
    standard_bias: int = 0
    daylight_bias: int = 0
    to_standard: Change | None = None
    to_daylight: Change | None = None


UTC_RULE = Rule(0)


class _Transition(NamedTuple):
    local_before: datetime
    before: timedelta
    after: timedelta


def rule_of(zone: tzinfo, year: int) -> Rule:
    """The rule that stands for a zone in a year.

    A year in which the zone was changed for good (one transition, or three) cannot be said in Windows' words; then it is the rule of the
    first regular one of the years after it, or else the offset at the start of the year with no daylight saving.
    """
    return _rule(zone, min(max(year, 1602), 9990))


@lru_cache(maxsize=4096)
def _rule(zone: tzinfo, year: int) -> Rule:
    for regular in range(year, year + 4):
        changes = _transitions(zone, regular)
        if len(changes) == 2 and changes[0].after == changes[1].before and changes[0].before == changes[1].after:
            return _with_daylight_saving(zone, regular, changes)
        if not changes:
            return Rule(-_minutes(_offset(zone, datetime(regular, 1, 1, 12, tzinfo=UTC))))
    return Rule(-_minutes(_offset(zone, datetime(year, 1, 1, 12, tzinfo=UTC))))


def rules_of(zone: tzinfo, first_year: int) -> list[tuple[int, Rule]]:
    """The rules from a year on, each with the first year it holds in, for the few years after it that tables of rules usually carry."""
    rules = [(year, rule_of(zone, year)) for year in range(first_year, min(first_year + _YEARS_LOOKED_AT, 9990))]
    return [pair for index, pair in enumerate(rules) if index == 0 or rules[index - 1][1] != pair[1]]


def _with_daylight_saving(zone: tzinfo, year: int, changes: list[_Transition]) -> Rule:
    to_daylight, to_standard = sorted(changes, key=lambda change: change.after, reverse=True)
    standard = _minutes(to_standard.after)
    saved = _minutes(to_daylight.after) - standard
    changed = [_change(zone, year, which) for which in (to_standard, to_daylight)]
    return Rule(-standard, 0, -saved, changed[0], changed[1])


def _change(zone: tzinfo, year: int, transition: _Transition) -> Change:
    local = transition.local_before
    week = (local.day - 1) // 7 + 1
    if local.day > 21 and (week == _LAST_WEEK or _is_always_last(zone, year, transition)):
        week = _LAST_WEEK
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return Change(local.month, week, (local.weekday() + 1) % 7, int((local - midnight) / timedelta(milliseconds=1)))


def _is_always_last(zone: tzinfo, year: int, transition: _Transition) -> bool:
    """Whether the fourth week of this year is the last week of the years after it: "the last Sunday" falls on the fourth in most years."""
    for later in range(year, min(year + _YEARS_LOOKED_AT + 5, 9990)):
        local = next((t.local_before for t in _transitions(zone, later) if t.after == transition.after), None)
        if local is None or local.month != transition.local_before.month:
            break
        if (local + timedelta(days=7)).month == local.month:
            return False
    return (transition.local_before + timedelta(days=7)).month != transition.local_before.month


@lru_cache(maxsize=8192)
def _transitions(zone: tzinfo, year: int) -> list[_Transition]:
    return list(_find_transitions(zone, year))


def _find_transitions(zone: tzinfo, year: int) -> Iterator[_Transition]:
    day = datetime(year, 1, 1, tzinfo=UTC)
    before = _offset(zone, day)
    while day.year == year:
        after = _offset(zone, day + timedelta(days=1))
        if after != before:
            at = _moment_of_change(zone, day, before)
            yield _Transition((at + before).replace(tzinfo=None), before, after)
        day, before = day + timedelta(days=1), after


def _moment_of_change(zone: tzinfo, day: datetime, before: timedelta) -> datetime:
    low, high = 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, day + timedelta(minutes=middle)) == before else (low, middle)
    return day + timedelta(minutes=high)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _minutes(offset: timedelta) -> int:
    return round(offset / timedelta(minutes=1))
