"""A week of a line with windows."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from skyflytt.concern.line import bytes_in_a_week
from skyflytt.files.timetable import Timetable, window

ZONE = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2026, 8, 10, tzinfo=UTC)
OFFICE = window("mon-fri", "08:00", "18:00", 8)


def test_windows_and_what_lies_between() -> None:
    hours = 5 * 10
    room = bytes_in_a_week(Timetable((OFFICE,), ZONE), MONDAY, 10_000_000)
    assert room == hours * 3600 * 1_000_000 + (168 - hours) * 3600 * 10_000_000


def test_a_server_that_is_slower_than_the_window() -> None:
    assert bytes_in_a_week(Timetable((OFFICE,), ZONE), MONDAY, 1_000) == 168 * 3600 * 1_000


def test_nobody_knows_how_fast_the_free_hours_are() -> None:
    assert bytes_in_a_week(Timetable((OFFICE,), ZONE), MONDAY, None) is None
    always = window("mon-sun", "00:00", "24:00", 8)
    assert bytes_in_a_week(Timetable((always,), ZONE), MONDAY, None) == 168 * 3600 * 1_000_000
