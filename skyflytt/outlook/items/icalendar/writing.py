"""Items as iCalendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from skyflytt.outlook.items.activity import Activity, is_activity, read_activity
from skyflytt.outlook.items.appointment_reading import is_appointment, read_appointment
from skyflytt.outlook.items.classes import MEETING_CANCELED, MEETING_REQUEST, STICKY_NOTE, is_a
from skyflytt.outlook.items.icalendar.event_lines import event_lines
from skyflytt.outlook.items.icalendar.fields import utc, write_fields
from skyflytt.outlook.items.icalendar.text import content_line, escaped
from skyflytt.outlook.items.recurrence import EndType, NoSuchRule, rule_of_pattern
from skyflytt.outlook.items.sticky_note import StickyNote, is_note, read_note
from skyflytt.outlook.items.task import Status, Task, is_task, read_task
from skyflytt.outlook.items.values import text
from skyflytt.outlook.mapi import Message, tags

_PRODUCT = "-//Skyflytt//Skyflytt//EN"
_STATUSES = {Status.IN_PROGRESS: "IN-PROCESS", Status.COMPLETE: "COMPLETED", Status.DEFERRED: "CANCELLED"}
_NO_STAMP = datetime(1970, 1, 1, tzinfo=UTC)
_EXPECTED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ArithmeticError)


def to_icalendar(message: Message) -> bytes | None:
    """An appointment, meeting, task, journal entry or note as an iCalendar text; None for anything else, and for what has no start.

    A recurrence that iCalendar has no words for (Outlook's Hebrew and Hijri years, a damaged structure) becomes its first occurrence,
    with a line X-SKYFLYTT-LOSS that says so. Never raises.
    """
    try:
        body, method = _body(message)
    except _EXPECTED:
        return None
    if not body:
        return None
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", *([f"METHOD:{method}"] if method else [])]
    lines = [*head, *body, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _body(message: Message) -> tuple[list[str], str]:
    if is_appointment(message):
        appointment = read_appointment(message)
        return ([] if appointment is None else event_lines(appointment)), _method(message)
    if is_task(message):
        return _todo(read_task(message)), ""
    if is_activity(message):
        return _journal(read_activity(message)), ""
    return (_note(read_note(message)), "") if is_note(message) else ([], "")


def _method(message: Message) -> str:
    message_class = text(message.properties, tags.MESSAGE_CLASS)
    if is_a(message_class, MEETING_REQUEST):
        return "REQUEST"
    if is_a(message_class, MEETING_CANCELED):
        return "CANCEL"
    return "REPLY" if is_a(message_class, "IPM.Schedule.Meeting.Resp") else ""


def _todo(task: Task) -> list[str]:
    lines = _dates(task)
    status = _STATUSES.get(Status(task.status)) if task.status in set(Status) else None
    lines += [f"STATUS:{status}"] if status else ["STATUS:NEEDS-ACTION"]
    lines += [f"PERCENT-COMPLETE:{task.percent}"] if task.percent else []
    if task.owner:
        lines.append(content_line("X-SKYFLYTT-OWNER", escaped(task.owner)))
    if task.series is not None:
        lines += _rule(task)
    if task.reminder_at is not None:
        alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Reminder"]
        lines += [*alarm, f"TRIGGER;VALUE=DATE-TIME:{utc(task.reminder_at)}", "END:VALARM"]
    return ["BEGIN:VTODO", *write_fields(task, _NO_STAMP), *lines, "END:VTODO"]


def _dates(task: Task) -> list[str]:
    dated = (("DTSTART", task.start), ("DUE", task.due))
    lines = [f"{name};VALUE=DATE:{day.year:04}{day:%m%d}" for name, day in dated if day is not None]
    if task.completed is not None:
        lines.append(f"COMPLETED:{utc(datetime.combine(task.completed, time(), UTC))}")
    return lines


def _rule(task: Task) -> list[str]:
    series = task.series
    assert series is not None
    try:
        until = series.end if series.end_type == EndType.BY_DATE else None
        rule = rule_of_pattern(series, series.start, until)
    except NoSuchRule as unknown:
        task.losses.append(str(unknown))
        return [content_line("X-SKYFLYTT-LOSS", escaped(f"its recurrence is left out: {unknown}"))]
    start = [] if task.start is not None else [f"DTSTART;VALUE=DATE:{series.start.year:04}{series.start:%m%d}"]
    return [*start, content_line("RRULE", rule.to_ical().decode())]  # type: ignore[no-untyped-call]


def _journal(entry: Activity) -> list[str]:
    lines = [f"DTSTART:{utc(entry.start)}"] if entry.start else []
    if entry.start and entry.end and entry.end > entry.start + timedelta(0):
        lines.append(f"X-SKYFLYTT-END:{utc(entry.end)}")
    lines.append(content_line("X-SKYFLYTT-TYPE", escaped(entry.kind)))
    return ["BEGIN:VJOURNAL", *write_fields(entry, _NO_STAMP), *lines, "END:VJOURNAL"]


def _note(note: StickyNote) -> list[str]:
    lines = [f"X-SKYFLYTT-CLASS:{STICKY_NOTE}", f"X-SKYFLYTT-COLOR:{note.color}"]
    return ["BEGIN:VJOURNAL", *write_fields(note, _NO_STAMP), *lines, "END:VJOURNAL"]
