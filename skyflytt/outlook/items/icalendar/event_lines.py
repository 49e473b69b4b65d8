"""An appointment as VTIMEZONE and VEVENT lines: the series first, then its changed occurrences."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from skyflytt.outlook.items.appointment import Appointment, Busy, Change
from skyflytt.outlook.items.icalendar.fields import utc, write_fields
from skyflytt.outlook.items.icalendar.text import content_line, escaped
from skyflytt.outlook.items.people import Attendee, Person, Response, Role
from skyflytt.outlook.items.recurrence import EndType, NoSuchRule, rule_of_pattern
from skyflytt.outlook.items.zones import Zone
from skyflytt.outlook.items.zones.rule import Change as ClockChange

_NO_STAMP = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY = {
    Busy.FREE: "FREE",
    Busy.TENTATIVE: "TENTATIVE",
    Busy.BUSY: "BUSY",
    Busy.OUT_OF_OFFICE: "OOF",
    Busy.ELSEWHERE: "WORKINGELSEWHERE",
}
_PARTSTAT = {Response.ACCEPTED: "ACCEPTED", Response.TENTATIVE: "TENTATIVE", Response.DECLINED: "DECLINED"}
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


def event_lines(item: Appointment) -> list[str]:
    """VTIMEZONE, VEVENT and one VEVENT more for every changed occurrence."""
    rule = _rule(item)
    lines = [] if item.zone.name == "UTC" or item.all_day else _timezone(item.zone, item.local_start.year)
    lines += _event(item, rule)
    for change in item.changes if rule else []:
        lines += _event(change.becomes, [_recurrence_id(item, change)])
    return lines


def _event(item: Appointment, more: list[str]) -> list[str]:
    lines = [*_when("DTSTART", item.local_start, item), *_when("DTEND", item.local_end, item), *more]
    lines += [content_line("LOCATION", escaped(item.location))] if item.location else []
    lines.append(f"TRANSP:{'TRANSPARENT' if item.busy == Busy.FREE else 'OPAQUE'}")
    if item.busy in set(Busy):
        lines.append(f"X-MICROSOFT-CDO-BUSYSTATUS:{_BUSY[Busy(item.busy)]}")
    lines.append(
        f"STATUS:{'CANCELLED' if item.canceled else 'TENTATIVE' if item.busy == Busy.TENTATIVE else 'CONFIRMED'}"
    )
    lines.append(f"SEQUENCE:{max(0, item.sequence)}")
    lines += _people(item)
    if item.reminder_min is not None:
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Reminder",
            f"TRIGGER:-PT{max(0, item.reminder_min)}M",
            "END:VALARM",
        ]
    return ["BEGIN:VEVENT", *write_fields(item, _NO_STAMP), *lines, "END:VEVENT"]


def _when(name: str, local: datetime, item: Appointment) -> list[str]:
    if item.all_day:
        return [f"{name};VALUE=DATE:{local.year:04}{local:%m%d}"]
    if item.zone.name == "UTC":
        return [f"{name}:{utc(local)}"]
    return [content_line(name, _stamp(local), {"TZID": item.zone.name})]


def _stamp(local: datetime) -> str:
    return f"{local.year:04}{local:%m%dT%H%M%S}"


def _rule(item: Appointment) -> list[str]:
    if item.series is None:
        return []
    start = item.local_start
    until: date | datetime | None = None
    if item.series.end_type == EndType.BY_DATE and item.series.end is not None:
        local = datetime.combine(item.series.end, start.time())
        until = local.date() if item.all_day else item.zone.aware(local)
    try:
        rule = rule_of_pattern(item.series, start.date(), until)
    except NoSuchRule as unknown:
        item.losses.append(f"its recurrence is left out: {unknown}; this is the first occurrence")
        return []
    gone = (datetime.combine(day, start.time()) for day in item.deleted)
    excluded = [line for each in gone for line in _when("EXDATE", each, item)]
    return [content_line("RRULE", rule.to_ical().decode()), *excluded]  # type: ignore[no-untyped-call]


def _recurrence_id(item: Appointment, change: Change) -> str:
    return _when("RECURRENCE-ID", change.original, item)[0]


def _people(item: Appointment) -> list[str]:
    if not item.attendees:
        return []
    organizer = [_person("ORGANIZER", item.organizer, {})] if item.organizer else []
    return organizer + [_attendee(each) for each in item.attendees]


def _attendee(attendee: Attendee) -> str:
    params: dict[str, str | list[str]] = {"PARTSTAT": _PARTSTAT.get(attendee.response, "NEEDS-ACTION")}
    params["ROLE"] = "REQ-PARTICIPANT" if attendee.role == Role.REQUIRED else "OPT-PARTICIPANT"
    if attendee.role == Role.RESOURCE:
        params |= {"CUTYPE": "RESOURCE", "ROLE": "NON-PARTICIPANT"}
    return _person("ATTENDEE", attendee.person, params)


def _person(name: str, person: Person, params: dict[str, str | list[str]]) -> str:
    address = f"mailto:{person.address}" if "@" in person.address else person.address or "invalid:nomail"
    return content_line(name, address, {"CN": person.name, **params})


def _timezone(zone: Zone, year: int) -> list[str]:
    """One definition from one rule; programs that know the zone's name go by their own."""
    rule = zone.rule(year)
    standard = -(rule.bias + rule.standard_bias)
    lines = ["BEGIN:VTIMEZONE", content_line("TZID", zone.name)]
    if rule.to_standard is None or rule.to_daylight is None:
        lines += ["BEGIN:STANDARD", "DTSTART:16010101T000000", *_offsets(standard, standard), "END:STANDARD"]
        return [*lines, "END:VTIMEZONE"]
    daylight = -(rule.bias + rule.daylight_bias)
    lines += ["BEGIN:STANDARD", *_change(rule.to_standard), *_offsets(daylight, standard), "END:STANDARD"]
    lines += ["BEGIN:DAYLIGHT", *_change(rule.to_daylight), *_offsets(standard, daylight), "END:DAYLIGHT"]
    return [*lines, "END:VTIMEZONE"]


def _offsets(before: int, after: int) -> list[str]:
    return [f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}"]


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"


def _change(change: ClockChange) -> list[str]:
    nth = -1 if change.week == 5 else change.week
    clock = (datetime.combine(date(1601, 1, 1), time()) + timedelta(milliseconds=change.day_ms)).time()
    start = f"DTSTART:1601{change.month:02}01T{clock:%H%M%S}"
    return [start, f"RRULE:FREQ=YEARLY;BYMONTH={change.month};BYDAY={nth}{_DAYS[change.weekday]}"]
