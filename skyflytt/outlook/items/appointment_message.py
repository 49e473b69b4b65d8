"""An appointment as a message with the properties that Outlook expects ([MS-OXOCAL] 2.2.1 to 2.2.10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from skyflytt.outlook.items import appointment as names
from skyflytt.outlook.items.appointment import Appointment, Change
from skyflytt.outlook.items.classes import APPOINTMENT, APPOINTMENT_EXCEPTION, MEETING_CANCELED, MEETING_REQUEST
from skyflytt.outlook.items.global_object_id import CLEAN_GLOBAL_OBJECT_ID, GLOBAL_OBJECT_ID, global_object_id
from skyflytt.outlook.items.item import COMMON_END, COMMON_START, SIDE_EFFECTS, common_message, reminder
from skyflytt.outlook.items.people import Attendee, Response, Role, recipient, sender
from skyflytt.outlook.items.recurrence import (
    AppointmentRecurrence,
    ExceptionInfo,
    PatternType,
    RecurrencePattern,
    encode_appointment,
)
from skyflytt.outlook.items.zones import encode_definition, encode_structure
from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.times import filetime

_SIDE_EFFECTS = 0x171
_ICON, _ICON_RECURRING, _ICON_MEETING, _ICON_MEETING_RECURRING = 0x400, 0x401, 0x402, 0x403
_NO_END = 0x0CB2E5B3F6135200
_EMBEDDED, _EXCEPTION = 5, 2
_REQUEST, _NO_MEETING_TYPE = 0x1, 0x0
_RECURRENCE_TYPES = {0x200A: 1, 0x200B: 2, 0x200C: 3, 0x200D: 4}
_MINUTE = timedelta(minutes=1)


def appointment_message(appointment: Appointment) -> Message:
    """The message, with its recipients, and an attached message for every changed instance of a series."""
    message = _plain(appointment, appointment.message_class)
    if appointment.message_class != APPOINTMENT:
        message.properties |= _meeting(appointment)
    if appointment.series is not None:
        message.properties |= _recurring(appointment, appointment.series)
        message.attachments += [_exception(appointment, change) for change in _sorted(appointment)]
    return message


def _plain(appointment: Appointment, message_class: str) -> Message:
    message = common_message(appointment, message_class)
    people = [recipient(attendee) for attendee in appointment.attendees]
    if appointment.organizer is not None:
        message.properties |= sender(appointment.organizer)
        people.insert(0, recipient(Attendee(appointment.organizer, response=Response.ORGANIZED), organizer=True))
    message.recipients = people if appointment.attendees else []
    message.properties |= _times(appointment) | _zone(appointment) | _attendees(appointment)
    message.properties |= reminder(appointment.start, appointment.reminder_min)
    message.properties |= {
        names.LOCATION: appointment.location,
        names.WHERE: appointment.location,
        names.BUSY_STATUS: int(appointment.busy),
        names.SUB_TYPE: appointment.all_day,
        names.SEQUENCE: appointment.sequence,
        names.RECURRING: False,
        names.IS_RECURRING: False,
        names.IS_EXCEPTION: False,
        names.RECURRENCE_TYPE: 0,
        names.COLOR: 0,
        SIDE_EFFECTS: _SIDE_EFFECTS,
        tags.ICON_INDEX: _ICON_MEETING if appointment.attendees else _ICON,
    }
    if appointment.uid:
        clean = global_object_id(appointment.uid)
        message.properties |= {GLOBAL_OBJECT_ID: clean, CLEAN_GLOBAL_OBJECT_ID: clean}
    return message


def _times(appointment: Appointment) -> Properties:
    start, end = filetime(appointment.start), filetime(appointment.end)
    minutes = (appointment.end - appointment.start) // _MINUTE
    return {
        names.START_WHOLE: start,
        names.END_WHOLE: end,
        COMMON_START: start,
        COMMON_END: end,
        tags.START_DATE: start,
        tags.END_DATE: end,
        names.CLIP_START: start,
        names.CLIP_END: end,
        names.DURATION: max(0, min(minutes, 0x7FFFFFFF)),
    }


def _zone(appointment: Appointment) -> Properties:
    zone, year = appointment.zone, appointment.local_start.year
    definition = encode_definition(zone.definition(year))
    named: Properties = {names.ZONE_NAME: zone.name} if zone.known else {}
    return named | {
        names.ZONE_START_DISPLAY: definition,
        names.ZONE_END_DISPLAY: definition,
        names.TIME_ZONE_DESCRIPTION: zone.windows,
    }


def _attendees(appointment: Appointment) -> Properties:
    if not appointment.attendees:
        return {names.STATE_FLAGS: 0, names.RESPONSE_STATUS: int(Response.NONE)}
    received = names.RECEIVED if appointment.response != Response.ORGANIZED else 0
    canceled = names.CANCELED if appointment.canceled else 0
    people = appointment.attendees
    to, cc = (
        "; ".join(each.person.shown for each in people if each.role == role) for role in (Role.REQUIRED, Role.OPTIONAL)
    )
    return {
        names.STATE_FLAGS: names.MEETING | received | canceled,
        names.RESPONSE_STATUS: int(appointment.response),
        names.ALL_ATTENDEES: "; ".join(each.person.shown for each in people),
        names.TO_ATTENDEES: to,
        names.CC_ATTENDEES: cc,
        names.FIRST_INVITED: True,
        tags.DISPLAY_TO: to,
        tags.DISPLAY_CC: cc,
        tags.RESPONSE_REQUESTED: True,
        tags.REPLY_REQUESTED: True,
    }


def _meeting(appointment: Appointment) -> Properties:
    asked = appointment.message_class == MEETING_REQUEST
    properties: Properties = {
        names.APPOINTMENT_MESSAGE_CLASS: APPOINTMENT,
        names.MEETING_TYPE: _REQUEST if asked else _NO_MEETING_TYPE,
        names.INTENDED_BUSY_STATUS: int(appointment.busy),
        tags.ICON_INDEX: -1,
    }
    if asked or appointment.message_class == MEETING_CANCELED:
        properties[names.STATE_FLAGS] = names.MEETING | names.RECEIVED | (0 if asked else names.CANCELED)
    if appointment.modified is not None:
        properties[names.OWNER_CRITICAL_CHANGE] = filetime(appointment.modified)
        properties[names.ATTENDEE_CRITICAL_CHANGE] = filetime(appointment.modified)
    return properties


def _sorted(appointment: Appointment) -> list[Change]:
    return sorted(appointment.changes, key=lambda change: change.original)


def _recurring(appointment: Appointment, series: RecurrencePattern) -> Properties:
    zone = appointment.zone
    start = appointment.local_start
    midnight = datetime.combine(start.date(), time())
    changes = _sorted(appointment)
    gone = {*series.deleted, *appointment.deleted, *(change.original.date() for change in changes)}
    moved = {change.becomes.zone.local(change.becomes.start).date() for change in changes}
    recurrence = AppointmentRecurrence(
        pattern=replace(series, deleted=tuple(sorted(gone)), modified=tuple(sorted(moved))),
        start_minutes=(start - midnight) // _MINUTE,
        end_minutes=(appointment.local_end - midnight) // _MINUTE,
        exceptions=tuple(_exception_info(appointment, change) for change in changes),
    )
    year = start.year
    return {
        names.RECUR: encode_appointment(recurrence),
        names.RECURRING: True,
        names.IS_RECURRING: True,
        names.RECURRENCE_TYPE: _recurrence_type(series),
        names.TIME_ZONE_STRUCT: encode_structure(zone.rule(year)),
        names.ZONE_RECUR: encode_definition(zone.definition(year), recurring=True),
        names.CLIP_START: filetime(zone.aware(midnight)),
        names.CLIP_END: _NO_END if series.end is None else _midnight(series.end, appointment),
        tags.ICON_INDEX: _ICON_MEETING_RECURRING if appointment.attendees else _ICON_RECURRING,
    }


def _midnight(day: date, appointment: Appointment) -> int:
    return filetime(appointment.zone.aware(datetime.combine(day, time())))


def _recurrence_type(series: RecurrencePattern) -> int:
    return 2 if series.pattern_type == PatternType.WEEK else _RECURRENCE_TYPES.get(series.frequency, 0)


def _exception_info(appointment: Appointment, change: Change) -> ExceptionInfo:
    is_now, zone = change.becomes, appointment.zone
    fields: dict[str, Any] = {
        "subject": is_now.subject if is_now.subject != appointment.subject else None,
        "location": is_now.location if is_now.location != appointment.location else None,
        "busy_status": int(is_now.busy) if is_now.busy != appointment.busy else None,
        "sub_type": int(is_now.all_day) if is_now.all_day != appointment.all_day else None,
        "attachment": 1 if is_now.attachments else None,
    }
    if is_now.reminder_min != appointment.reminder_min:
        fields["reminder_set"] = int(is_now.reminder_min is not None)
        fields["reminder_delta"] = is_now.reminder_min
    return ExceptionInfo(
        start=zone.local(is_now.start),
        end=zone.local(is_now.end),
        original_start=change.original,
        body=is_now.body != appointment.body,
        **fields,
    )


def _exception(appointment: Appointment, change: Change) -> Attachment:
    is_now, zone = change.becomes, appointment.zone
    embedded = _plain(replace(is_now, uid=appointment.uid or is_now.uid), APPOINTMENT_EXCEPTION)
    embedded.properties |= {
        names.EXCEPTION_REPLACE_TIME: filetime(zone.aware(change.original)),
        names.IS_EXCEPTION: True,
        names.IS_RECURRING: True,
        names.RECURRING: False,
    }
    if appointment.uid:
        embedded.properties[GLOBAL_OBJECT_ID] = global_object_id(appointment.uid, change.original.date())
    properties: Properties = {
        tags.ATTACH_METHOD: _EMBEDDED,
        tags.ATTACHMENT_FLAGS: _EXCEPTION,
        tags.ATTACHMENT_HIDDEN: True,
        tags.ATTACHMENT_LINK_ID: 0,
        tags.ATTACH_FLAGS: 0,
        tags.ATTACH_ENCODING: b"",
        tags.RENDERING_POSITION: -1,
        tags.DISPLAY_NAME: "Untitled",
        tags.EXCEPTION_START_TIME: _as_local(zone.local(is_now.start)),
        tags.EXCEPTION_END_TIME: _as_local(zone.local(is_now.end)),
    }
    return Attachment(properties, embedded)


def _as_local(local: datetime) -> int:
    """These two properties count local time as if it were UTC ([MS-OXOCAL] 2.2.10.1.4)."""
    return filetime(local.replace(tzinfo=UTC))
