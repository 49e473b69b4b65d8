"""Tasks: IPM.Task ([MS-OXOTASK])."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import IntEnum

from skyflytt.outlook.items.classes import TASK, is_a
from skyflytt.outlook.items.item import (
    COMMON_END,
    COMMON_START,
    ICALENDAR_UID,
    REMINDER_SIGNAL_TIME,
    REMINDER_TIME,
    Item,
    common_message,
    read_common,
    reminder,
    reminder_minutes,
)
from skyflytt.outlook.items.recurrence import RecurrencePattern, decode_pattern, encode_pattern
from skyflytt.outlook.items.values import binary, flag, number, text
from skyflytt.outlook.items.values import time as time_of
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mapi.named import PSETID_COMMON, PSETID_TASK, Named
from skyflytt.outlook.mapi.times import filetime

STATUS = Named(PSETID_TASK, 0x8101, 0x0003)
PERCENT_COMPLETE = Named(PSETID_TASK, 0x8102, 0x0005)
TEAM_TASK = Named(PSETID_TASK, 0x8103, 0x000B)
START_DATE = Named(PSETID_TASK, 0x8104, 0x0040)
DUE_DATE = Named(PSETID_TASK, 0x8105, 0x0040)
DEAD_OCCURRENCE = Named(PSETID_TASK, 0x8109, 0x000B)
DATE_COMPLETED = Named(PSETID_TASK, 0x810F, 0x0040)
ACTUAL_EFFORT = Named(PSETID_TASK, 0x8110, 0x0003)
ESTIMATED_EFFORT = Named(PSETID_TASK, 0x8111, 0x0003)
VERSION = Named(PSETID_TASK, 0x8112, 0x0003)
STATE = Named(PSETID_TASK, 0x8113, 0x0003)
RECURRENCE = Named(PSETID_TASK, 0x8116, 0x0102)
COMPLETE = Named(PSETID_TASK, 0x811C, 0x000B)
OWNER = Named(PSETID_TASK, 0x811F, 0x001F)
RECURRING = Named(PSETID_TASK, 0x8126, 0x000B)
OWNERSHIP = Named(PSETID_TASK, 0x8129, 0x0003)
ACCEPTANCE_STATE = Named(PSETID_TASK, 0x812A, 0x0003)
MODE = Named(PSETID_COMMON, 0x8518, 0x0003)

_OWN, _NOT_ASSIGNED = 0, 1
_ICON, _ICON_RECURRING = 0x500, 0x501


class Status(IntEnum):
    """PidLidTaskStatus."""

    NOT_STARTED = 0
    IN_PROGRESS = 1
    COMPLETE = 2
    WAITING = 3
    DEFERRED = 4


@dataclass(kw_only=True)
class Task(Item):
    """`percent` is 0 to 100. Dates are days without a zone, as Outlook keeps them; `reminder_at` is aware."""

    start: date | None = None
    due: date | None = None
    completed: date | None = None
    status: int = Status.NOT_STARTED
    percent: int = 0
    owner: str = ""
    reminder_at: datetime | None = None
    series: RecurrencePattern | None = None


def task_message(task: Task) -> Message:
    """The message with the properties that Outlook expects."""
    message = common_message(task, TASK)
    complete = task.status == Status.COMPLETE
    message.properties |= {
        STATUS: int(task.status),
        PERCENT_COMPLETE: 1.0 if complete else max(0, min(task.percent, 100)) / 100,
        COMPLETE: complete,
        OWNER: task.owner,
        TEAM_TASK: False,
        ACTUAL_EFFORT: 0,
        ESTIMATED_EFFORT: 0,
        VERSION: 1,
        STATE: _NOT_ASSIGNED,
        OWNERSHIP: _OWN,
        ACCEPTANCE_STATE: 0,
        MODE: 0,
        DEAD_OCCURRENCE: False,
        RECURRING: task.series is not None,
        tags.ICON_INDEX: _ICON if task.series is None else _ICON_RECURRING,
    }
    message.properties |= _dates(task) | _reminder(task)
    if task.series is not None:
        message.properties[RECURRENCE] = encode_pattern(replace(task.series, deleted=(), modified=()))
    if task.uid:
        message.properties[ICALENDAR_UID] = task.uid
    return message


def is_task(message: Message) -> bool:
    """Whether a message is a task."""
    return is_a(text(message.properties, tags.MESSAGE_CLASS), TASK)


def read_task(message: Message) -> Task:
    """Every message of the class is a task; what it does not have is empty."""
    bag = message.properties
    task = Task()
    read_common(task, message)
    task.start, task.due = _day(bag, START_DATE, COMMON_START), _day(bag, DUE_DATE, COMMON_END)
    task.completed = _day(bag, DATE_COMPLETED, DATE_COMPLETED)
    task.status = Status.COMPLETE if flag(bag, COMPLETE) else number(bag, STATUS)
    percent = bag.get(PERCENT_COMPLETE)
    task.percent = round(percent * 100) if isinstance(percent, float | int) and 0 <= percent <= 1 else 0
    task.owner = text(bag, OWNER)
    if reminder_minutes(bag) is not None:
        task.reminder_at = time_of(bag, REMINDER_SIGNAL_TIME) or time_of(bag, REMINDER_TIME)
    if binary(bag, RECURRENCE):
        _read_series(task, binary(bag, RECURRENCE))
    return task


def _read_series(task: Task, blob: bytes) -> None:
    try:
        task.series = decode_pattern(blob)
    except ValueError as wrong:
        task.losses.append(f"the recurrence of the task cannot be read ({wrong}); only one occurrence is here")


def _dates(task: Task) -> Properties:
    properties: Properties = {}
    for local, utc, day in ((START_DATE, COMMON_START, task.start), (DUE_DATE, COMMON_END, task.due)):
        if day is not None:
            properties[local] = properties[utc] = _midnight(day)
    if task.completed is not None:
        properties[DATE_COMPLETED] = _midnight(task.completed)
    return properties


def _reminder(task: Task) -> Properties:
    if task.reminder_at is None:
        return reminder(datetime.min.replace(tzinfo=UTC), None)
    return reminder(task.reminder_at, 0)


def _midnight(day: date) -> int:
    """Days of tasks are midnights that count as if they were UTC ([MS-OXOTASK] 2.2.2.2.4)."""
    return filetime(datetime.combine(day, time(), UTC))


def _day(bag: Properties, tag: Named, otherwise: Named) -> date | None:
    found = time_of(bag, tag) or time_of(bag, otherwise)
    return found.date() if found is not None else None
