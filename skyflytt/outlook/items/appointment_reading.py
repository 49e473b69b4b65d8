"""A message of a calendar as an appointment: what `appointment_message` writes, and what Outlook and Exchange write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from skyflytt.outlook.items import appointment as names
from skyflytt.outlook.items.appointment import Appointment, Busy, Change
from skyflytt.outlook.items.classes import APPOINTMENT, is_a
from skyflytt.outlook.items.global_object_id import CLEAN_GLOBAL_OBJECT_ID, GLOBAL_OBJECT_ID, uid_of
from skyflytt.outlook.items.item import COMMON_END, COMMON_START, read_common, reminder_minutes
from skyflytt.outlook.items.people import Response, attendee_of, represented
from skyflytt.outlook.items.recurrence import (
    AppointmentRecurrence,
    ExceptionInfo,
    decode_appointment,
    occurrences,
)
from skyflytt.outlook.items.values import binary, flag, number, text, time
from skyflytt.outlook.items.zones import UTC_ZONE, Zone, decode_definition, decode_structure, zone_named, zone_of_rule
from skyflytt.outlook.mapi import Attachment, Message, Properties, Property, tags

_MEETINGS = "IPM.Schedule.Meeting"


def is_appointment(message: Message) -> bool:
    """Whether a message is an appointment, or one about a meeting."""
    message_class = text(message.properties, tags.MESSAGE_CLASS)
    return is_a(message_class, APPOINTMENT) or is_a(message_class, _MEETINGS)


def read_appointment(message: Message) -> Appointment | None:
    """None for a message that has no start."""
    bag = message.properties
    start = _first_time(bag, names.START_WHOLE, COMMON_START, tags.START_DATE, names.CLIP_START)
    if start is None:
        return None
    end = _first_time(bag, names.END_WHOLE, COMMON_END, tags.END_DATE) or _after(start, bag)
    item = Appointment(start=start, end=max(start, end), zone=_zone(bag))
    _read(item, message)
    blob = binary(bag, names.RECUR)
    if blob:
        _read_series(item, message, blob)
    return item


def _first_time(bag: Properties, *tags_in_order: Property) -> datetime | None:
    return next((found for tag in tags_in_order if (found := time(bag, tag)) is not None), None)


def _after(start: datetime, bag: Properties) -> datetime:
    return start + timedelta(minutes=max(0, min(number(bag, names.DURATION), 10_000_000)))


def _read(item: Appointment, message: Message) -> None:
    bag = message.properties
    item.message_class = text(bag, tags.MESSAGE_CLASS)
    item.uid = uid_of(binary(bag, CLEAN_GLOBAL_OBJECT_ID) or binary(bag, GLOBAL_OBJECT_ID))
    read_common(item, message)
    item.location = text(bag, names.LOCATION) or text(bag, names.WHERE)
    item.busy = number(bag, names.BUSY_STATUS, Busy.BUSY)
    item.all_day = flag(bag, names.SUB_TYPE)
    item.sequence = number(bag, names.SEQUENCE)
    item.reminder_min = reminder_minutes(bag)
    response = number(bag, names.RESPONSE_STATUS)
    item.response = Response(response) if response in set(Response) else Response.NONE
    item.canceled = bool(number(bag, names.STATE_FLAGS) & names.CANCELED)
    _read_people(item, message)


def _read_people(item: Appointment, message: Message) -> None:
    for row in message.recipients:
        attendee, organizer = attendee_of(row)
        if organizer or attendee.response == Response.ORGANIZED:
            item.organizer = attendee.person
        else:
            item.attendees.append(attendee)
    item.organizer = item.organizer or represented(message.properties)


def _zone(bag: Properties) -> Zone:
    named = zone_named(text(bag, names.ZONE_NAME)) if text(bag, names.ZONE_NAME) else None
    return named or _series_zone(bag) or UTC_ZONE


def _series_zone(bag: Properties) -> Zone | None:
    """The rule of the series wins over the name of its zone where the two do not say the same ([MS-OXOCAL] 2.2.1.41)."""
    rule = decode_structure(binary(bag, names.TIME_ZONE_STRUCT))
    for tag in (names.ZONE_RECUR, names.ZONE_START_DISPLAY, names.ZONE_END_DISPLAY):
        definition = decode_definition(binary(bag, tag))
        if definition is None or (tag == names.ZONE_RECUR and rule not in {None, definition.rule}):
            continue
        return zone_named(definition.name) or zone_of_rule(definition.name or "Zone", definition.rule)
    return None if rule is None else zone_of_rule(text(bag, names.TIME_ZONE_DESCRIPTION) or "Zone", rule)


def _read_series(item: Appointment, message: Message, blob: bytes) -> None:
    try:
        recurrence = decode_appointment(blob)
        first = next(islice(occurrences(recurrence.pattern), 1), None)
    except (ValueError, OverflowError) as wrong:
        item.losses.append(f"the recurrence cannot be read ({wrong}); only the first occurrence is here")
        return
    if first is None:
        item.losses.append(
            f"the recurrence counts in another calendar ({recurrence.pattern.calendar_type}), or has no dates; "
            "only the first occurrence is here"
        )
        return
    _place(item, recurrence, datetime.combine(first, datetime.min.time()))
    changed = {each.original_start.date() for each in recurrence.exceptions}
    item.series = replace(recurrence.pattern, deleted=(), modified=())
    item.deleted = [day for day in recurrence.pattern.deleted if day not in changed]
    item.changes = [_change(item, each, message.attachments) for each in recurrence.exceptions]


def _place(item: Appointment, recurrence: AppointmentRecurrence, midnight: datetime) -> None:
    item.start = item.zone.aware(midnight + timedelta(minutes=recurrence.start_minutes))
    item.end = max(item.start, item.zone.aware(midnight + timedelta(minutes=recurrence.end_minutes)))


def _change(series: Appointment, info: ExceptionInfo, attachments: list[Attachment]) -> Change:
    start = series.zone.aware(info.start)
    embedded = _embedded(info, series.zone, attachments)
    becomes = replace(
        series,
        start=start,
        end=max(start, series.zone.aware(info.end)),
        series=None,
        deleted=[],
        changes=[],
        attachments=[],
        losses=[],
        unmapped=[],
    )
    if embedded is not None:
        _from_embedded(becomes, embedded, info)
    _from_info(becomes, info)
    return Change(original=info.original_start, becomes=becomes)


def _from_embedded(becomes: Appointment, embedded: Message, info: ExceptionInfo) -> None:
    series = replace(becomes)
    becomes.attendees = []
    _read(becomes, embedded)
    becomes.uid = series.uid
    becomes.subject = becomes.subject or series.subject
    becomes.body = becomes.body if info.body else series.body
    becomes.location = becomes.location or series.location
    becomes.attendees = becomes.attendees or series.attendees
    # Of these the message has its own only where the series' structure says that they differ.
    becomes.busy, becomes.all_day, becomes.reminder_min = series.busy, series.all_day, series.reminder_min


def _from_info(becomes: Appointment, info: ExceptionInfo) -> None:
    """What the series' own structure says counts; the attached message is missing in series that older programs wrote."""
    becomes.subject = becomes.subject if info.subject is None else info.subject
    becomes.location = becomes.location if info.location is None else info.location
    becomes.busy = becomes.busy if info.busy_status is None else info.busy_status
    becomes.all_day = becomes.all_day if info.sub_type is None else bool(info.sub_type)
    if info.reminder_set == 0:
        becomes.reminder_min = None
    elif info.reminder_delta is not None:
        becomes.reminder_min = info.reminder_delta


def _embedded(info: ExceptionInfo, zone: Zone, attachments: list[Attachment]) -> Message | None:
    original, start = zone.aware(info.original_start), zone.aware(info.start)
    for attachment in attachments:
        message = attachment.embedded
        if message is None:
            continue
        replaced = time(message.properties, names.EXCEPTION_REPLACE_TIME)
        if replaced == original or (replaced is None and time(message.properties, names.START_WHOLE) == start):
            return message
    return None
