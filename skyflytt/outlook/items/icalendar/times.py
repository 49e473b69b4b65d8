"""Dates, times and zones of iCalendar lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from icalendar.prop import vDuration

from skyflytt.outlook.items.icalendar.lines import Component, Line
from skyflytt.outlook.items.zones import UTC_ZONE, Rule, Zone, zone_named, zone_of_rule
from skyflytt.outlook.items.zones.rule import Change

_WHEN = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?(Z)?)?", re.I)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_LONGEST = timedelta(days=366 * 100)


class When(NamedTuple):
    """`local` is naive, in `zone`; `floating` says that the text named no zone."""

    local: datetime
    zone: Zone
    is_date: bool = False
    floating: bool = False

    @property
    def moment(self) -> datetime:
        """Aware, in UTC."""
        return self.zone.aware(self.local)


class Zones:
    """The zones of one calendar: those it defines, those the world knows, and the one for times that name none."""

    def __init__(self, calendar: Component | None, default: Zone = UTC_ZONE) -> None:
        self._defined: dict[str, Zone] = {}
        for part in calendar.children if calendar else []:
            if part.name == "VTIMEZONE" and (zone := _defined_zone(part)) is not None:
                self._defined[part.text("TZID")] = zone
        wanted = calendar.text("X-WR-TIMEZONE") if calendar else ""
        only = next(iter(self._defined.values())) if len(self._defined) == 1 else None
        self.default = (zone_named(wanted) if wanted else None) or only or default

    def named(self, name: str) -> Zone | None:
        """A name that the world knows means what the world says: definitions in files are often out of date."""
        return zone_named(name) or self._defined.get(name)

    def when(self, line: Line | None, value: str | None = None) -> When | None:
        """The time of a line, or of one of its values; None without a line and for what is no time."""
        if line is None:
            return None
        local, is_utc, is_date = _local(line.value if value is None else value)
        if local is None:
            return None
        if is_utc:
            return When(local, UTC_ZONE)
        zone = self.named(line.param("TZID")) if line.param("TZID") else None
        return When(local, zone or self.default, is_date, floating=zone is None and not is_date)


def until_of(rule: str, zone: Zone) -> datetime | None:
    """A rule's UNTIL on the wall clock of a zone; a date means the whole of that day."""
    found = re.search(r"UNTIL=([^;]+)", rule, re.I)
    local, is_utc, is_date = _local(found[1]) if found else (None, False, False)
    if local is None or is_date:
        return local and local.replace(hour=23, minute=59, second=59)
    return zone.local(local.replace(tzinfo=UTC)) if is_utc else local


def duration(value: str) -> timedelta | None:
    """A DURATION; None for what is none, or longer than a century."""
    try:
        found = vDuration.from_ical(value.strip())  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError, TypeError):
        return None
    return found if isinstance(found, timedelta) and abs(found) < _LONGEST else None


def _local(value: str) -> tuple[datetime | None, bool, bool]:
    found = _WHEN.fullmatch(value.strip())
    if found is None:
        return None, False, False
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    try:
        # A leap second is the second before it; years before 1602 are before Outlook's time.
        local = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - its zone stands beside it
    except ValueError:
        return None, False, False
    return (local if 1602 <= year < 9990 else None), found[7] is not None, found[4] is None


def _defined_zone(definition: Component) -> Zone | None:
    location = definition.text("X-LIC-LOCATION")
    known = zone_named(location) if location else None
    standard, daylight = _latest(definition.children, "STANDARD"), _latest(definition.children, "DAYLIGHT")
    base = standard or daylight
    offset = _offset(base.text("TZOFFSETTO")) if base is not None else None
    if known is not None or offset is None or base is None:
        return known
    return zone_of_rule(definition.text("TZID"), _rule(offset, standard, daylight))


def _rule(offset: int, standard: Component | None, daylight: Component | None) -> Rule:
    saved = _offset(daylight.text("TZOFFSETTO")) if daylight is not None else None
    to_standard, to_daylight = _change(standard), _change(daylight)
    if saved is None or to_standard is None or to_daylight is None:
        return Rule(-offset)
    return Rule(-offset, 0, offset - saved, to_standard, to_daylight)


def _latest(parts: Iterable[Component], name: str) -> Component | None:
    """The part that holds now is the one that began last."""
    return max((part for part in parts if part.name == name), key=lambda part: part.text("DTSTART"), default=None)


def _change(part: Component | None) -> Change | None:
    line = part.first("RRULE") if part is not None else None
    start = _local(part.text("DTSTART"))[0] if part is not None else None
    month = re.search(r"BYMONTH=(\d+)", line.value, re.I) if line is not None else None
    day = re.search(r"BYDAY=([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)", line.value, re.I) if line is not None else None
    if start is None or month is None or day is None or not 1 <= int(month[1]) <= 12:
        return None
    days = re.search(r"BYMONTHDAY=(\d+)", line.value, re.I) if line is not None else None
    nth = int(day[1]) if day[1] else (int(days[1]) - 1) // 7 + 1 if days else 1
    week = 5 if nth < 0 or nth > 4 else max(nth, 1)
    day_ms = ((start.hour * 60 + start.minute) * 60 + start.second) * 1000
    return Change(int(month[1]), week, _DAYS.index(day[2].upper()), day_ms)


def _offset(value: str) -> int | None:
    found = _OFFSET.match(value.strip())
    minutes = int(found[2]) * 60 + int(found[3]) if found else 0
    return None if found is None or minutes > 24 * 60 else (-minutes if found[1] == "-" else minutes)
