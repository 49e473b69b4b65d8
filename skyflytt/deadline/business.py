"""Business days and hours of a country: its weekend, its public holidays (package `holidays`), and the hours of the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays

from skyflytt.errors.deadline import CalendarUnknown

OPENS, CLOSES = time(8), time(17)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When offices work: on business days of `country` (two letters; "" for weekends alone), from `opens` to `closes` in `zone`."""

    zone: ZoneInfo
    country: str = ""
    subdivision: str | None = None
    opens: time = OPENS
    closes: time = CLOSES

    def holiday(self, day: date) -> str | None:
        """Why offices are closed on this day, or None."""
        calendar = calendar_of(self.country, self.subdivision) if self.country else None
        if calendar is None:
            return day.strftime("%A") if day.weekday() >= 5 else None
        name: str | None = calendar.get(day)
        return name or (day.strftime("%A") if calendar.is_weekend(day) else None)

    def is_business_day(self, day: date) -> bool:
        return self.holiday(day) is None

    def first_from(self, day: date) -> date:
        """The first business day that is not before `day`."""
        while not self.is_business_day(day):
            day += ONE_DAY
        return day

    def days_after(self, day: date, count: int) -> date:
        """The `count`th business day after `day`; with 0, the first that is not before it."""
        if count == 0:
            return self.first_from(day)
        for _ in range(count):
            day = self.first_from(day + ONE_DAY)
        return day

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing of that day, as aware instants."""
        return self._at(day, self.opens), self._at(day, self.closes)

    def hours_after(self, at: datetime, hours: int) -> datetime:
        """The instant when so many business hours have passed since `at`."""
        left = timedelta(hours=hours)
        day = at.astimezone(self.zone).date()
        while True:
            day = self.first_from(day)
            opens, closes = self.hours_of(day)
            begins = max(at, opens)
            if begins < closes and begins + left <= closes:
                return begins + left
            left -= max(closes - begins, timedelta())
            day += ONE_DAY

    def contain(self, begins: datetime, ends: datetime) -> bool:
        """Whether offices work without a break from `begins` to `ends`."""
        day = begins.astimezone(self.zone).date()
        opens, closes = self.hours_of(day)
        return self.is_business_day(day) and opens <= begins <= ends <= closes

    def touch(self, begins: datetime, ends: datetime) -> bool:
        """Whether offices work at any time from `begins` to before `ends`."""
        day, last = begins.astimezone(self.zone).date(), ends.astimezone(self.zone).date()
        while day <= last:
            opens, closes = self.hours_of(day)
            if self.is_business_day(day) and begins < closes and (opens < ends or opens <= begins):
                return True
            day += ONE_DAY
        return False

    def next_window(self, at: datetime, hours: int) -> tuple[datetime, datetime]:
        """The first stretch of so many business hours within one day that begins at `at` or later."""
        length, day = timedelta(hours=hours), at.astimezone(self.zone).date()
        if length > self._at(day, self.closes) - self._at(day, self.opens):
            raise CalendarUnknown(f"{hours} hours", f"the office works from {self.opens:%H:%M} to {self.closes:%H:%M}")
        while True:
            day = self.first_from(day)
            opens, closes = self.hours_of(day)
            begins = max(at, opens)
            if begins + length <= closes:
                return begins, begins + length
            day += ONE_DAY

    def _at(self, day: date, hour: time) -> datetime:
        wall = datetime.combine(day, hour, tzinfo=self.zone)
        # An hour that the clocks skip is read as the one that exists.
        return datetime.fromtimestamp(wall.timestamp(), self.zone)


@cache
def calendar_of(country: str, subdivision: str | None = None) -> holidays.HolidayBase:
    """The country's weekend and public holidays, with the eves on which its offices are closed by custom. Raises `CalendarUnknown`."""
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise CalendarUnknown(repr(country), "it is no country by its two letters (ISO 3166)")
    if subdivision is not None and subdivision not in known[country]:
        raise CalendarUnknown(f"{country}-{subdivision}", f"there are {', '.join(known[country]) or 'none'}")
    kinds = {"public", "de_facto"} & set(holidays.country_holidays(country).supported_categories)
    return holidays.country_holidays(country, subdiv=subdivision, categories=kinds)


@cache
def country_of(zone: str) -> str:
    """The country of a time zone, by the zone database's own table; "" where it has none, as for UTC."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == zone), "")


def business_hours_of(zone: ZoneInfo, country: str | None = None, subdivision: str | None = None) -> BusinessHours:
    """The usual office hours of the zone's country, or of the one that is named. Raises `CalendarUnknown`."""
    chosen = country if country is not None else country_of(zone.key)
    if chosen:
        calendar_of(chosen, subdivision)
    return BusinessHours(zone, chosen, subdivision)
