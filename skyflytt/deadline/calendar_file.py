"""Deadlines as a calendar file (iCalendar, RFC 5545) that any calendar program takes, with reminders a month, a week and a day before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from skyflytt.deadline.shown import whole_day
from skyflytt.deadline.terms import Deadline
from skyflytt.version import VERSION

REMINDERS = (timedelta(days=-30), timedelta(days=-7), timedelta(days=-1))


def calendar_file(project: str, deadlines: Iterable[Deadline], zone: ZoneInfo, made_at: datetime) -> bytes:
    """The file's bytes. An event keeps its UID from file to file, so that importing a newer one moves it.

    A period that ends at midnight is shown as its last day, what is due from midnight on as that day; others at their time.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Skyflytt//{VERSION}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{project}: deadlines")
    for deadline in deadlines:
        calendar.add_component(_event(project, deadline, zone, made_at))
    return bytes(calendar.to_ical())


def _event(project: str, deadline: Deadline, zone: ZoneInfo, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{project}/{deadline.name}'.encode()).hexdigest()[:32]}@skyflytt")
    event.add("dtstamp", made_at)
    event.add("last-modified", made_at)
    event.add("summary", f"{project}: {deadline.name}")
    event.add("description", deadline.why)
    event.add("transp", "TRANSPARENT")
    if (day := whole_day(deadline, zone)) is not None:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    else:
        event.add("dtstart", deadline.at)
        event.add("dtend", deadline.at)
    for before in REMINDERS:
        event.add_component(_reminder(project, deadline, before))
    return event


def _reminder(project: str, deadline: Deadline, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{project}: {deadline.name}")
    alarm.add("trigger", before)
    return alarm
