"""Appointments and meetings ([MS-OXOCAL]): IPM.Appointment and IPM.Schedule.Meeting.…"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

from skyflytt.outlook.items.classes import APPOINTMENT
from skyflytt.outlook.items.item import Item
from skyflytt.outlook.items.people import Attendee, Person, Response
from skyflytt.outlook.items.recurrence import RecurrencePattern
from skyflytt.outlook.items.zones import UTC_ZONE, Zone
from skyflytt.outlook.mapi.named import PSETID_APPOINTMENT, PSETID_MEETING, PSETID_SKYFLYTT, Named

SEQUENCE = Named(PSETID_APPOINTMENT, 0x8201, 0x0003)
BUSY_STATUS = Named(PSETID_APPOINTMENT, 0x8205, 0x0003)
LOCATION = Named(PSETID_APPOINTMENT, 0x8208, 0x001F)
START_WHOLE = Named(PSETID_APPOINTMENT, 0x820D, 0x0040)
END_WHOLE = Named(PSETID_APPOINTMENT, 0x820E, 0x0040)
DURATION = Named(PSETID_APPOINTMENT, 0x8213, 0x0003)
COLOR = Named(PSETID_APPOINTMENT, 0x8214, 0x0003)
SUB_TYPE = Named(PSETID_APPOINTMENT, 0x8215, 0x000B)
RECUR = Named(PSETID_APPOINTMENT, 0x8216, 0x0102)
STATE_FLAGS = Named(PSETID_APPOINTMENT, 0x8217, 0x0003)
RESPONSE_STATUS = Named(PSETID_APPOINTMENT, 0x8218, 0x0003)
RECURRING = Named(PSETID_APPOINTMENT, 0x8223, 0x000B)
INTENDED_BUSY_STATUS = Named(PSETID_APPOINTMENT, 0x8224, 0x0003)
EXCEPTION_REPLACE_TIME = Named(PSETID_APPOINTMENT, 0x8228, 0x0040)
FIRST_INVITED = Named(PSETID_APPOINTMENT, 0x8229, 0x000B)
RECURRENCE_TYPE = Named(PSETID_APPOINTMENT, 0x8231, 0x0003)
TIME_ZONE_STRUCT = Named(PSETID_APPOINTMENT, 0x8233, 0x0102)
TIME_ZONE_DESCRIPTION = Named(PSETID_APPOINTMENT, 0x8234, 0x001F)
CLIP_START = Named(PSETID_APPOINTMENT, 0x8235, 0x0040)
CLIP_END = Named(PSETID_APPOINTMENT, 0x8236, 0x0040)
ALL_ATTENDEES = Named(PSETID_APPOINTMENT, 0x8238, 0x001F)
TO_ATTENDEES = Named(PSETID_APPOINTMENT, 0x823B, 0x001F)
CC_ATTENDEES = Named(PSETID_APPOINTMENT, 0x823C, 0x001F)
ZONE_START_DISPLAY = Named(PSETID_APPOINTMENT, 0x825E, 0x0102)
ZONE_END_DISPLAY = Named(PSETID_APPOINTMENT, 0x825F, 0x0102)
ZONE_RECUR = Named(PSETID_APPOINTMENT, 0x8260, 0x0102)
WHERE = Named(PSETID_MEETING, 0x0002, 0x001F)
ATTENDEE_CRITICAL_CHANGE = Named(PSETID_MEETING, 0x0001, 0x0040)
IS_RECURRING = Named(PSETID_MEETING, 0x0005, 0x000B)
IS_EXCEPTION = Named(PSETID_MEETING, 0x000A, 0x000B)
OWNER_CRITICAL_CHANGE = Named(PSETID_MEETING, 0x001A, 0x0040)
APPOINTMENT_MESSAGE_CLASS = Named(PSETID_MEETING, 0x0024, 0x001F)
MEETING_TYPE = Named(PSETID_MEETING, 0x0026, 0x0003)
ZONE_NAME = Named(PSETID_SKYFLYTT, "TimeZone", 0x001F)
"""IANA's name: Windows has fewer zones."""

MEETING, RECEIVED, CANCELED = 0x1, 0x2, 0x4
"""PidLidAppointmentStateFlags."""


class Busy(IntEnum):
    """PidLidBusyStatus."""

    FREE = 0
    TENTATIVE = 1
    BUSY = 2
    OUT_OF_OFFICE = 3
    ELSEWHERE = 4


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Change:
    """A changed instance: `original` is its start by the series, naive in the series' zone; `becomes` is the whole of what it is now."""

    original: datetime
    becomes: Appointment


@dataclass(kw_only=True)
class Appointment(Item):
    """`start` and `end` are aware; of a series those of the first instance. An all-day one begins and ends at midnight in `zone`.

    `series` without deleted dates of its own: those are in `deleted` (original dates), the changed ones in `changes`.
    """

    message_class: str = APPOINTMENT
    start: datetime = _EPOCH
    end: datetime = _EPOCH
    zone: Zone = UTC_ZONE
    all_day: bool = False
    location: str = ""
    busy: int = Busy.BUSY
    reminder_min: int | None = None
    organizer: Person | None = None
    attendees: list[Attendee] = field(default_factory=list)
    response: Response = Response.NONE
    canceled: bool = False
    sequence: int = 0
    series: RecurrencePattern | None = None
    deleted: list[date] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def local_start(self) -> datetime:
        """Naive, in its zone."""
        return self.zone.local(self.start)

    @property
    def local_end(self) -> datetime:
        """Naive, in its zone."""
        return self.zone.local(self.end)

    @property
    def duration(self) -> timedelta:
        """From start to end on the wall clock: a day is a day when the clock changes."""
        return self.local_end - self.local_start
