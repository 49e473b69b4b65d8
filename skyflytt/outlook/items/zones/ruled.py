"""A tzinfo made of one of Windows' yearly rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from skyflytt.outlook.items.zones.rule import Change, Rule


class RuledZone(tzinfo):
    """Keeps the same rule in every year, as Outlook does with the zone of a series."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.name = name
        self.rule = rule
        self._standard = -timedelta(minutes=rule.bias + rule.standard_bias)
        self._daylight = -timedelta(minutes=rule.bias + rule.daylight_bias)
        # The greater offset first: it is in force before the wall clock is put back, and after it is put forward.
        self._offsets = sorted({self._standard, self._daylight}, reverse=True)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """By the wall clock; `fold` chooses between the two times that a wall clock shows twice."""
        if moment is None:
            return self._standard
        wall = moment.replace(tzinfo=None, fold=0)
        fits = [offset for offset in self._offsets if self._offset_at(wall - offset) == offset]
        if not fits:
            return self._offsets[0] if moment.fold else self._offsets[-1]
        return fits[-1] if moment.fold else fits[0]

    def dst(self, moment: datetime | None) -> timedelta:
        return self.utcoffset(moment) - self._standard

    def tzname(self, _moment: datetime | None) -> str:
        return self.name

    def fromutc(self, moment: datetime) -> datetime:
        utc = moment.replace(tzinfo=None)
        offset = self._offset_at(utc)
        local = (utc + offset).replace(tzinfo=self)
        return local if self.utcoffset(local) == offset else local.replace(fold=1)

    def _offset_at(self, utc: datetime) -> timedelta:
        if self.rule.to_standard is None or self.rule.to_daylight is None:
            return self._standard
        year = (utc + self._standard).year
        to_daylight = _moment(self.rule.to_daylight, year) - self._standard
        to_standard = _moment(self.rule.to_standard, year) - self._daylight
        if to_daylight <= to_standard:
            return self._daylight if to_daylight <= utc < to_standard else self._standard
        return self._standard if to_standard <= utc < to_daylight else self._daylight

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuledZone) and (self.name, self.rule) == (other.name, other.rule)

    def __hash__(self) -> int:
        return hash((self.name, self.rule))


def _moment(change: Change, year: int) -> datetime:
    """The wall clock time of a change in a year, before the clock is moved."""
    first = date(year, change.month, 1)
    day = 1 + (change.weekday - (first.weekday() + 1)) % 7 + 7 * (change.week - 1)
    while day > _days_in(year, change.month):
        day -= 7
    return datetime(year, change.month, day) + timedelta(milliseconds=change.day_ms)  # noqa: DTZ001 - a wall clock's own time


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
    return (following - timedelta(days=1)).day if following != date.max else 31
