"""The calendar file, read back by the same kind of program that imports it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from skyflytt.deadline.calendar_file import calendar_file
from skyflytt.deadline.terms import Deadline

ZONE = ZoneInfo("Europe/Stockholm")
MADE = datetime(2026, 8, 8, 7, tzinfo=UTC)
GIVEN = Deadline("notice-given", datetime(2026, 8, 8, tzinfo=ZONE), "Notice was given; at once, by post.")
ENDS = Deadline("notice-ends", datetime(2026, 11, 1, tzinfo=ZONE), "Two months, “started”.")
WINDOW = Deadline("downtime", datetime(2026, 8, 11, 9, tzinfo=ZONE), "Four hours.")


def test_midnights_are_days_and_hours_are_hours() -> None:
    calendar = Calendar.from_ical(calendar_file("norrsken", [GIVEN, ENDS, WINDOW], ZONE, MADE))
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert [event.decoded("dtstart") for event in events.values()] == [
        date(2026, 8, 8),
        date(2026, 10, 31),
        datetime(2026, 8, 11, 7, tzinfo=UTC),
    ]
    assert str(events["norrsken: notice-ends"]["description"]) == ENDS.why
    triggers = [alarm.decoded("trigger").days for alarm in events["norrsken: notice-ends"].walk("VALARM")]
    assert triggers == [-30, -7, -1]


def test_an_event_keeps_its_uid_when_its_date_moves() -> None:
    moved = Deadline("notice-ends", datetime(2026, 12, 1, tzinfo=ZONE), "Notice was given late.")
    uids = [
        str(next(iter(Calendar.from_ical(calendar_file("norrsken", [one], ZONE, MADE)).walk("VEVENT")))["uid"])
        for one in (ENDS, moved, GIVEN)
    ]
    assert uids[0] == uids[1] != uids[2]
