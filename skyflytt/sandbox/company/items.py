"""The company's appointments, contacts, tasks and notes: what an Exchange mailbox holds beside mail, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from skyflytt.outlook.items.appointment import Appointment, Busy, Change
from skyflytt.outlook.items.appointment_message import appointment_message
from skyflytt.outlook.items.contact import WORK, Address, Contact, contact_message
from skyflytt.outlook.items.item import PRIVATE_SENSITIVITY
from skyflytt.outlook.items.people import Attendee, Response, Role
from skyflytt.outlook.items.people import Person as Somebody
from skyflytt.outlook.items.recurrence import RecurrencePattern
from skyflytt.outlook.items.recurrence.pattern import EndType, Frequency, PatternType
from skyflytt.outlook.items.sticky_note import StickyNote, note_message
from skyflytt.outlook.items.task import Status, Task, task_message
from skyflytt.outlook.items.zones import Zone, zone_named
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime.without_kept import without_kept
from skyflytt.sandbox.company.people import CORRESPONDENTS, DOMAIN, INFO, STAFF, Person

MONDAY, TUESDAY = 0b10, 0b100
SERIES_BEGINS = date(2026, 1, 12)
SHARED = ("bygglov", "support", "ekonomi", "byggesak", "post")
"""Mailboxes of organisations, not of people."""
DENTIST_AT = 15
"""The hour of an appointment that is moved again and again; nobody likes to go there."""
MADE = datetime(2026, 1, 7, 9, 30, tzinfo=UTC)


def items(person: Person) -> Iterator[tuple[str, Message]]:
    """Everything beside mail, as an Exchange has it, with the role of the folder that it lies in."""
    for role, message in _items(person):
        yield role, without_kept(message)


def _items(person: Person) -> Iterator[tuple[str, Message]]:
    for appointment in appointments(person):
        yield "calendar", appointment_message(appointment)
    for contact in contacts(person):
        yield "contacts", contact_message(contact)
    for task in tasks(person):
        yield "tasks", task_message(task)
    yield (
        "notes",
        note_message(StickyNote(body=f"Kod till förrådet\r\nFinns hos {person.name}.", created=MADE, modified=MADE)),
    )


def appointments(person: Person) -> Iterator[Appointment]:
    """Two series, one of them a meeting with a changed and a cancelled date; an absence and a private hour."""
    yield _site_meeting(person)
    if person is INFO:
        return
    zone = _zone(person)
    yield _appointment(
        person,
        "skyddsrond",
        "Skyddsrond",
        _at(zone, date(2026, 1, 13), 13),
        hours=2,
        location="Ersboda",
        series=_first_tuesdays(),
    )
    yield _appointment(
        person,
        "semester",
        "Semester",
        _at(zone, date(2026, 7, 13), 0),
        hours=24 * 5,
        all_day=True,
        busy=Busy.OUT_OF_OFFICE,
    )
    yield _dentist(person, DENTIST_AT)


def _dentist(person: Person, hour: int, **more: Any) -> Appointment:
    start = _at(_zone(person), date(2026, 9, 16), hour)
    return _appointment(
        person, "tandlakare", "Tandläkaren", start, sensitivity=PRIVATE_SENSITIVITY, reminder_min=60, **more
    )


def contacts(person: Person) -> Iterator[Contact]:
    """The people that the person writes to."""
    for number, (name, address) in enumerate(CORRESPONDENTS[person.language], 1):
        given, _, surname = name.partition(" ")
        whose = {"company": name} if address.partition("@")[0] in SHARED else {"given": given, "surname": surname}
        yield Contact(
            name=name,
            texts=whose,
            emails=[Somebody(name, address)],
            phones={tags.BUSINESS_TELEPHONE_NUMBER: f"+46 90 100 20 {number:02}"},
            addresses={
                WORK: Address(street=f"Storgatan {number}", postal_code="903 26", city="Umeå", country="Sverige")
            },
            body="Träffades på Nordbygg.\r\nVill ha offert i april.",
            categories=("Leverantörer",) if number % 2 else (),
            **_known(person, f"contact-{number}"),
        )


def tasks(person: Person) -> Iterator[Task]:
    """One done, one begun, one due after the move."""
    yield Task(
        subject="Beställ gips",
        status=Status.COMPLETE,
        completed=date(2026, 3, 4),
        due=date(2026, 3, 6),
        **_known(person, "gips"),
    )
    yield Task(
        subject="Kalkyl Sjögatan",
        status=Status.IN_PROGRESS,
        percent=40,
        due=date(2026, 9, 30),
        **_known(person, "kalkyl"),
    )
    yield Task(
        subject="Förnya försäkringen",
        due=date(2026, 12, 1),
        reminder_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
        body="Villkoren ligger i pärmen.",
        **_known(person, "forsakring"),
    )


def met_in(act: str, begins: datetime, person: Person) -> Message:
    """The appointment that somebody makes during an act of the company's life."""
    start = begins.astimezone(UTC).replace(hour=11, minute=0, second=0) + timedelta(days=30)
    made = _appointment(person, f"act-{act}", f"Avstämning ({act})", start, location="Kontoret")
    return without_kept(appointment_message(made))


def put_off(hour: int, at: datetime, person: Person) -> Message:
    """The same appointment at another hour, as somebody saved it `at` that time."""
    return without_kept(appointment_message(_dentist(person, hour, modified=at)))


def _site_meeting(person: Person) -> Appointment:
    """Mondays at nine; not on Easter Monday, and once in the afternoon somewhere else."""
    zone = _zone(person)
    others = [
        Attendee(Somebody(one.name, one.address), Role.REQUIRED, Response.ACCEPTED)
        for one in STAFF
        if one is not person
    ]
    moved = date(2026, 5, 25)
    changed = _appointment(
        person,
        "byggmote",
        "Byggmöte kvarteret Älgen (flyttat)",
        _at(zone, moved, 13),
        hours=2,
        location="Platskontoret",
    )
    return _appointment(
        person,
        "byggmote",
        "Byggmöte kvarteret Älgen",
        _at(zone, SERIES_BEGINS, 9),
        location="Baracken",
        organizer=Somebody(person.name, person.address),
        attendees=others,
        response=Response.ORGANIZED,
        series=RecurrencePattern(
            frequency=Frequency.WEEKLY,
            pattern_type=PatternType.WEEK,
            period=1,
            start=SERIES_BEGINS,
            end_type=EndType.AFTER_COUNT,
            occurrence_count=40,
            days=MONDAY,
            first_day_of_week=1,
        ),
        deleted=[date(2026, 4, 6)],
        changes=[Change(original=datetime(moved.year, moved.month, moved.day, 9), becomes=changed)],  # noqa: DTZ001
    )


def _first_tuesdays() -> RecurrencePattern:
    """Every second month, without end."""
    return RecurrencePattern(
        frequency=Frequency.MONTHLY,
        pattern_type=PatternType.MONTH_NTH,
        period=2,
        start=date(2026, 1, 13),
        end_type=EndType.NEVER,
        days=TUESDAY,
        nth=2,
        first_day_of_week=1,
    )


def _appointment(
    person: Person, key: str, subject: str, start: datetime, *, hours: int = 1, **more: Any
) -> Appointment:
    known = _known(person, key) | more
    end = _zone(person).aware(_zone(person).local(start) + timedelta(hours=hours))
    return Appointment(subject=subject, start=start, end=end, zone=_zone(person), **known)


def _known(person: Person, key: str) -> dict[str, Any]:
    return {"uid": f"{key}-{person.local}@{DOMAIN}", "created": MADE, "modified": MADE}


def _at(zone: Zone, day: date, hour: int) -> datetime:
    return zone.aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001


def _zone(person: Person) -> Zone:
    zone = zone_named("Europe/Stockholm" if person.language == "sv" else "Europe/Oslo")
    if zone is None:
        raise LookupError("this machine knows no time zones")
    return zone
