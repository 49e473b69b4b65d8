"""A VEVENT as an appointment, its recurrence aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from skyflytt.outlook.items.appointment import Appointment, Busy
from skyflytt.outlook.items.classes import (
    APPOINTMENT,
    MEETING_ACCEPTED,
    MEETING_CANCELED,
    MEETING_DECLINED,
    MEETING_REQUEST,
    MEETING_TENTATIVE,
)
from skyflytt.outlook.items.icalendar.fields import attendee, person, read_fields
from skyflytt.outlook.items.icalendar.lines import Component
from skyflytt.outlook.items.icalendar.times import When, Zones, duration
from skyflytt.outlook.items.people import Response

_HANDLED = frozenset(
    {
        "DTSTART",
        "DTEND",
        "DURATION",
        "LOCATION",
        "TRANSP",
        "STATUS",
        "SEQUENCE",
        "ORGANIZER",
        "ATTENDEE",
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "RECURRENCE-ID",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "X-MICROSOFT-CDO-ALLDAYEVENT",
        "X-SKYFLYTT-LOSS",
    }
)
_BUSY = {
    "FREE": Busy.FREE,
    "TENTATIVE": Busy.TENTATIVE,
    "BUSY": Busy.BUSY,
    "OOF": Busy.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": Busy.ELSEWHERE,
}
_REPLIES = {
    Response.ACCEPTED: MEETING_ACCEPTED,
    Response.DECLINED: MEETING_DECLINED,
    Response.TENTATIVE: MEETING_TENTATIVE,
}


@dataclass(frozen=True)
class Calendar:
    """What holds for every event of one calendar: its zones, its METHOD, whose mailbox it is (addresses), and how far rules are expanded."""

    zones: Zones
    method: str = ""
    owner: frozenset[str] = field(default_factory=frozenset)
    last_expanded: date | None = None


def event(component: Component, calendar: Calendar) -> Appointment | None:
    """The event itself, without its recurrence; None if it has no start."""
    start = calendar.zones.when(component.first("DTSTART"))
    if start is None:
        return None
    item = Appointment(zone=start.zone, all_day=start.is_date, start=start.moment)
    item.end = max(item.start, _end(component, start, calendar.zones))
    read_fields(item, component, calendar.zones, _HANDLED)
    item.location = " ".join(component.text("LOCATION").splitlines())
    item.busy = _busy(component, all_day=item.all_day)
    item.canceled = component.text("STATUS").upper() == "CANCELLED"
    sequence = component.text("SEQUENCE")
    item.sequence = int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 9 else 0
    _people(item, component, calendar)
    _alarms(item, component, start, calendar.zones)
    if start.floating:
        item.losses.append(f"its times name no zone; they were taken as times in {start.zone.name}")
    for line in component.all("DTSTART"):
        if line.param("TZID") and start.floating:
            item.losses.append(f"the time zone {line.param('TZID')} is unknown")
    return item


def _end(component: Component, start: When, zones: Zones) -> datetime:
    end = zones.when(component.first("DTEND"))
    if end is not None:
        return end.moment
    length = duration(component.text("DURATION")) if component.first("DURATION") else None
    if length is None:
        length = timedelta(days=1 if start.is_date else 0)
    # Days are days of the wall clock, hours are hours.
    days = timedelta(days=length.days)
    return start.zone.aware(start.local + days) + (length - days)


def _busy(component: Component, *, all_day: bool) -> int:
    named = component.text("X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if named in _BUSY:
        return _BUSY[named]
    if component.text("TRANSP").upper() == "TRANSPARENT":
        return Busy.FREE
    if component.text("STATUS").upper() == "TENTATIVE":
        return Busy.TENTATIVE
    return Busy.FREE if all_day and not component.first("TRANSP") else Busy.BUSY


def _people(item: Appointment, component: Component, calendar: Calendar) -> None:
    organizer = component.first("ORGANIZER")
    item.organizer = person(organizer) if organizer is not None else None
    address = item.organizer.address.casefold() if item.organizer else ""
    everybody = [attendee(line) for line in component.all("ATTENDEE")]
    item.attendees = [each for each in everybody if not address or each.person.address.casefold() != address]
    if item.organizer is None or address in calendar.owner:
        item.response = Response.ORGANIZED if everybody else Response.NONE
    else:
        item.response = next(
            (each.response for each in everybody if each.person.address.casefold() in calendar.owner), Response.NONE
        )
    item.message_class = _message_class(calendar.method, everybody[0].response if everybody else Response.NONE)


def _message_class(method: str, response: Response) -> str:
    if method == "REPLY":
        return _REPLIES.get(response, MEETING_TENTATIVE)
    return {"REQUEST": MEETING_REQUEST, "CANCEL": MEETING_CANCELED}.get(method, APPOINTMENT)


def _alarms(item: Appointment, component: Component, start: When, zones: Zones) -> None:
    alarms = [part for part in component.children if part.name == "VALARM"]
    for index, alarm in enumerate(alarms):
        before = _minutes_before(alarm, item, start, zones)
        if before is not None and item.reminder_min is None and alarm.text("ACTION").upper() != "EMAIL":
            item.reminder_min = max(0, before)
            if before < 0:
                item.losses.append("its reminder came after the start; it now comes with the start")
            continue
        item.losses.append(f"reminder {index + 1} is left out: Outlook has one, at a time before the start")
    others = [part for part in component.children if part.name != "VALARM"]
    item.losses += [f"its part {part.name} is left out" for part in others]


def _minutes_before(alarm: Component, item: Appointment, start: When, zones: Zones) -> int | None:
    trigger = alarm.first("TRIGGER")
    if trigger is None:
        return None
    length = duration(trigger.value)
    if length is None:
        when = zones.when(trigger)
        length = when.moment - start.moment if when is not None else None
    elif trigger.param("RELATED").upper() == "END":
        length += item.end - item.start
    minutes = None if length is None else -(length // timedelta(minutes=1))
    return minutes if minutes is not None and minutes < 0x7FFFFFFF else None
