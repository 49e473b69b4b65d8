"""A VEVENT with its recurrence as appointments: one series, or the several items that it must be cut into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from skyflytt.outlook.items.appointment import Appointment, Change
from skyflytt.outlook.items.icalendar.event import Calendar, event
from skyflytt.outlook.items.icalendar.lines import Component
from skyflytt.outlook.items.icalendar.times import When, until_of
from skyflytt.outlook.items.recurrence import Series, occurrences, series_of

_MOST_EXCLUDED = 5000


def appointments(master: Component, overrides: list[Component], calendar: Calendar) -> list[Appointment]:
    """All that one UID stands for. Empty if the event has no start."""
    base = event(master, calendar)
    if base is None:
        return []
    rules = [line.value for line in master.all("RRULE")]
    if not rules and not master.all("RDATE"):
        return [base, *(_alone(each, calendar) for each in overrides)]
    series = _Occurrences(base, master, overrides, calendar)
    items = [item for index, rule in enumerate(rules) for item in series.of_rule(rule, further=index > 0)]
    items = items or [base]
    return [*items, *series.extra(items[0]), *series.unmatched()]


def alone(component: Component, calendar: Calendar) -> Appointment | None:
    """A changed instance whose series is not there."""
    if event(component, calendar) is None:
        return None
    return _alone(component, calendar)


def _alone(component: Component, calendar: Calendar) -> Appointment:
    item = event(component, calendar) or Appointment(subject=component.text("SUMMARY"))
    when = calendar.zones.when(component.first("RECURRENCE-ID"))
    item.losses.append("it is a changed occurrence of a series that does not have it; it is an item of its own")
    item.uid = f"{item.uid}-{when.local:%Y%m%dT%H%M%S}" if when is not None else item.uid
    return item


class _Occurrences:
    """The instances of one event: by rules, by dates, less those that are excluded, with those that are changed."""

    def __init__(self, base: Appointment, master: Component, overrides: list[Component], calendar: Calendar) -> None:
        self.base, self.master, self.calendar = base, master, calendar
        self.excluded = [when for line in master.all("EXDATE") for when in self._values(line.value, "EXDATE")]
        self.overrides = dict(enumerate(overrides))
        if base.local_start.second:
            base.losses.append("the seconds of its start were dropped: Outlook's series begin at whole minutes")
            base.start -= timedelta(seconds=base.local_start.second)

    def of_rule(self, rule: str, *, further: bool) -> list[Appointment]:
        """The items that stand for one rule."""
        base = replace(self.base, losses=list(self.base.losses))
        if further:
            base.losses.append("it has several rules; each is a series of its own")
            base.uid = f"{base.uid}-{rule}"
        found = series_of(rule, base.local_start, until_of(rule, base.zone), self.calendar.last_expanded)
        base.losses += found.losses
        if found.pattern is None:
            return self._singles(base, found.starts)
        return [self._series(base, found)]

    def extra(self, like: Appointment) -> list[Appointment]:
        """The dates that no rule gives, and the start itself where its rule does not have it."""
        local = self.base.local_start
        more = [when.local for line in self.master.all("RDATE") for when in self._values(line.value, "RDATE")]
        if like.series is not None and like.series.start > local.date():
            more.insert(0, local)
        taken = {local} if like.series is None or like.series.start == local.date() else set()
        wanted = [each for each in dict.fromkeys(more) if each not in taken and not self._is_excluded(each)]
        base = replace(
            self.base, losses=[*self.base.losses, "it is a further date of a series, which Outlook cannot add to it"]
        )
        return self._singles(base, wanted)

    def unmatched(self) -> list[Appointment]:
        """Changed instances that no rule and no date has."""
        return [_alone(each, self.calendar) for each in self.overrides.values()]

    def _series(self, base: Appointment, found: Series) -> Appointment:
        assert found.pattern is not None
        duration, clock = base.duration, base.local_start.time()
        base.start = base.zone.aware(datetime.combine(found.pattern.start, clock))
        base.end = max(base.start, base.zone.aware(datetime.combine(found.pattern.start, clock) + duration))
        base.series, base.deleted = replace(found.pattern, deleted=()), list(found.pattern.deleted)
        base.losses += _clock_losses(base)
        days = self._days_looked_at(base)
        gone = {when.local.date() for when in self.excluded if when.is_date or when.local.time() == clock}
        gone |= self._excluded_by_rule(base)
        base.deleted = sorted({*base.deleted, *(gone & days)})
        for index, component in list(self.overrides.items()):
            when = self._original(component)
            changed = event(component, self.calendar)
            if when is None or changed is None or when.date() not in days - set(base.deleted):
                continue
            base.changes.append(self._change(base, component, datetime.combine(when.date(), clock), changed))
            base.deleted = [day for day in base.deleted if day != when.date()]
            del self.overrides[index]
        return base

    def _change(self, base: Appointment, component: Component, original: datetime, changed: Appointment) -> Change:
        recurrence_id = component.first("RECURRENCE-ID")
        if recurrence_id is not None and recurrence_id.param("RANGE").upper() == "THISANDFUTURE":
            base.losses.append(f"the change from {original:%Y-%m-%d} on is made to that occurrence alone")
        base.losses += changed.losses
        return Change(original=original, becomes=replace(changed, uid=base.uid, losses=[], unmapped=[]))

    def _singles(self, base: Appointment, starts: list[datetime]) -> list[Appointment]:
        items = []
        for local in starts:
            if self._is_excluded(local):
                continue
            changed = self._taken_override(local)
            start = base.zone.aware(local)
            end = max(start, base.zone.aware(local + base.duration))
            item = replace(changed or replace(base, start=start, end=end), losses=list(base.losses))
            items.append(replace(item, uid=f"{base.uid}-{local:%Y%m%dT%H%M%S}" if base.uid else ""))
        return items

    def _taken_override(self, local: datetime) -> Appointment | None:
        index = next((key for key, each in self.overrides.items() if self._original(each) == local), None)
        return event(self.overrides.pop(index), self.calendar) if index is not None else None

    def _days_looked_at(self, base: Appointment) -> set[date]:
        assert base.series is not None
        originals = [original for each in self.overrides.values() if (original := self._original(each)) is not None]
        last = max([*(when.local for when in self.excluded), *originals], default=None)
        return (
            set()
            if last is None
            else set(takewhile(lambda day: day <= last.date(), occurrences(base.series)))
            | (set(islice(occurrences(base.series), _MOST_EXCLUDED)) if self.master.all("EXRULE") else set())
        )

    def _excluded_by_rule(self, base: Appointment) -> set[date]:
        days: set[date] = set()
        for line in self.master.all("EXRULE"):
            found = series_of(line.value, base.local_start, until_of(line.value, base.zone))
            days |= {each.date() for each in found.starts}
            if found.pattern is not None:
                days |= set(islice(occurrences(found.pattern), _MOST_EXCLUDED))
            base.losses.append(f"the rule of exceptions {line.value} is now a list of dates")
        return days

    def _original(self, component: Component) -> datetime | None:
        when = self.calendar.zones.when(component.first("RECURRENCE-ID"))
        return None if when is None else self._here(when)

    def _here(self, when: When) -> datetime:
        """A time as the wall clock of the series shows it; of a date its midnight, of an all-day series the date."""
        if when.is_date:
            return datetime.combine(when.local.date(), self.base.local_start.time())
        if self.base.all_day and when.zone == self.base.zone:
            return datetime.combine(when.local.date(), self.base.local_start.time())
        return self.base.zone.local(when.moment)

    def _is_excluded(self, local: datetime) -> bool:
        return any(
            when.local == local or (when.is_date and when.local.date() == local.date()) for when in self.excluded
        )

    def _values(self, value: str, name: str) -> list[When]:
        lines = [line for line in self.master.all(name) if line.value == value]
        found = [self.calendar.zones.when(lines[0], each.partition("/")[0]) for each in value.split(",")]
        for each in found:
            if each is None:
                self.base.losses.append(f"a date of {name} cannot be read: {value[:100]}")
        return [when._replace(local=self._here(when)) for when in found if when is not None]


def _clock_losses(item: Appointment) -> list[str]:
    """Outlook computes a series with one rule of its zone; nothing is said of the far future, whose rules nobody knows."""
    first = item.local_start.year
    last = first + 4 if item.series is None or item.series.end is None else min(item.series.end.year, first + 4)
    changed = next((year for year in range(first, last + 1) if item.zone.rule(year) != item.zone.rule(first)), None)
    if changed is None:
        return []
    return [
        f"its zone {item.zone.name} has other rules from {changed} on; Outlook computes the whole series with those of {first}"
    ]
