"""VTODO as tasks and VJOURNAL as journal entries or notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from skyflytt.outlook.items.activity import Activity, activity_message
from skyflytt.outlook.items.classes import STICKY_NOTE
from skyflytt.outlook.items.icalendar.fields import person, read_fields
from skyflytt.outlook.items.icalendar.lines import Component
from skyflytt.outlook.items.icalendar.times import When, Zones, duration, until_of
from skyflytt.outlook.items.recurrence import series_of
from skyflytt.outlook.items.sticky_note import StickyNote, note_message
from skyflytt.outlook.items.task import Status, Task, task_message
from skyflytt.outlook.mapi import Message

_TODO = [
    "DTSTART",
    "DUE",
    "DURATION",
    "COMPLETED",
    "STATUS",
    "PERCENT-COMPLETE",
    "RRULE",
    "ORGANIZER",
    "X-SKYFLYTT-LOSS",
]
_JOURNAL = [
    "DTSTART",
    "STATUS",
    "X-SKYFLYTT-LOSS",
    "X-SKYFLYTT-CLASS",
    "X-SKYFLYTT-COLOR",
    "X-SKYFLYTT-TYPE",
    "X-SKYFLYTT-END",
]
_STATUSES = {"IN-PROCESS": Status.IN_PROGRESS, "COMPLETED": Status.COMPLETE, "CANCELLED": Status.DEFERRED}


def todo(component: Component, zones: Zones) -> Message:
    """A task; every VTODO is one."""
    task = Task()
    read_fields(task, component, zones, _TODO)
    start, due = zones.when(component.first("DTSTART")), zones.when(component.first("DUE"))
    length = duration(component.text("DURATION")) if component.first("DURATION") else None
    if due is None and start is not None and length is not None:
        due = start._replace(local=start.local + length)
    completed = zones.when(component.first("COMPLETED"))
    task.start, task.due, task.completed = _day(start), _day(due), _day(completed)
    percent = component.text("PERCENT-COMPLETE")
    task.percent = int(percent) if percent.isascii() and percent.isdigit() and len(percent) < 4 else 0
    task.status = _status(component.text("STATUS").upper(), task)
    organizer = component.first("ORGANIZER")
    task.owner = person(organizer).shown if organizer is not None else ""
    _recurrence(task, component, start or due)
    _alarm(task, component, start or due, zones)
    task.losses += [
        f"the time of day of its {name} is dropped"
        for name, when in (("start", start), ("due date", due))
        if _clocked(when)
    ]
    return task_message(task)


def journal(component: Component, zones: Zones) -> Message:
    """A note if it was written as one, else a journal entry."""
    if component.text("X-SKYFLYTT-CLASS") == STICKY_NOTE:
        note = StickyNote()
        read_fields(note, component, zones, _JOURNAL)
        color = component.text("X-SKYFLYTT-COLOR")
        note.color = int(color) if color in {"0", "1", "2", "3", "4"} else note.color
        return note_message(note)
    entry = Activity()
    read_fields(entry, component, zones, _JOURNAL)
    start, end = zones.when(component.first("DTSTART")), zones.when(component.first("X-SKYFLYTT-END"))
    entry.start, entry.end = start and start.moment, end and end.moment
    entry.kind = component.text("X-SKYFLYTT-TYPE") or entry.kind
    entry.losses += [f"its part {part.name} is left out" for part in component.children]
    return activity_message(entry)


def _day(when: When | None) -> date | None:
    return when.local.date() if when is not None else None


def _clocked(when: When | None) -> bool:
    return when is not None and when.local.time() != time()


def _status(named: str, task: Task) -> int:
    if named in _STATUSES:
        return _STATUSES[named]
    if task.completed is not None or task.percent >= 100:
        return Status.COMPLETE
    return Status.IN_PROGRESS if task.percent else Status.NOT_STARTED


def _recurrence(task: Task, component: Component, start: When | None) -> None:
    for index, line in enumerate(component.all("RRULE")):
        if start is None or index:
            task.losses.append(f"the rule {line.value} is left out")
            continue
        local = datetime.combine(start.local.date(), time())
        until = until_of(line.value, start.zone)
        found = series_of(line.value, local, until and datetime.combine(until.date(), time(23, 59)))
        if found.pattern is None or found.pattern.deleted:
            task.losses.append(f"Outlook's tasks cannot recur by the rule {line.value}; this is the first of them")
            continue
        task.losses += found.losses
        task.series = replace(found.pattern, deleted=())


def _alarm(task: Task, component: Component, base: When | None, zones: Zones) -> None:
    for part in component.children:
        trigger = part.first("TRIGGER") if part.name == "VALARM" else None
        when = zones.when(trigger)
        length = duration(trigger.value) if trigger is not None else None
        if task.reminder_at is None and when is not None:
            task.reminder_at = when.moment
        elif task.reminder_at is None and length is not None and base is not None:
            task.reminder_at = base.moment + length
        else:
            task.losses.append(f"its part {part.name} is left out")
