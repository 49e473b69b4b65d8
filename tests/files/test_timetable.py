"""Windows of the week by the clock on the wall: midnight, daylight saving, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.files.timetable import BYTES_PER_MEGABIT, Timetable, read_days, read_window

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def rates(*windows: str, zone: ZoneInfo = STOCKHOLM) -> Timetable:
    return Timetable(tuple(map(read_window, windows)), zone)


def megabit(timetable: Timetable, at: str) -> float | None:
    rate = timetable.rate_at(datetime.fromisoformat(at).replace(tzinfo=STOCKHOLM))
    return None if rate is None else rate / BYTES_PER_MEGABIT


def test_office_hours_are_slower_than_the_rest() -> None:
    office = rates("mon-fri 08:00-17:00 20")
    assert megabit(office, "2026-08-10T07:59:59") is None
    assert megabit(office, "2026-08-10T08:00") == 20
    assert megabit(office, "2026-08-14T16:59:59") == 20
    assert megabit(office, "2026-08-14T17:00") is None
    assert megabit(office, "2026-08-15T12:00") is None


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_began() -> None:
    night = rates("fri 22:00-06:00 5")
    assert megabit(night, "2026-08-14T05:00") is None
    assert megabit(night, "2026-08-14T22:00") == 5
    assert megabit(night, "2026-08-15T05:59") == 5
    assert megabit(night, "2026-08-15T06:00") is None
    assert megabit(night, "2026-08-15T22:00") is None


def test_sunday_night_goes_on_into_monday() -> None:
    night = rates("sun 23:00-01:00 5")
    assert megabit(night, "2026-08-16T23:30") == 5
    assert megabit(night, "2026-08-17T00:30") == 5
    assert megabit(night, "2026-08-17T01:00") is None


def test_the_slowest_of_several_counts_and_a_whole_day_is_a_day() -> None:
    both = rates("mon-sun 00:00-24:00 50", "mon 08:00-10:00 10", "mon 09:00-17:00 20")
    assert megabit(both, "2026-08-10T00:00") == 50
    assert megabit(both, "2026-08-10T09:30") == 10
    assert megabit(both, "2026-08-10T10:00") == 20
    assert megabit(both, "2026-08-10T23:59:59") == 50


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 2), ("2026-10-25", 4), ("2026-06-28", 3)])
def test_when_the_clocks_change_the_wall_decides(day: str, hours: int) -> None:
    """Three hours on the wall, from 1 to 4: the night in March has two of them, the one in October four."""
    window = rates("sun 01:00-04:00 5")
    midnight = datetime.fromisoformat(day).replace(tzinfo=STOCKHOLM).astimezone(UTC)
    minutes = [midnight + timedelta(minutes=minute) for minute in range(-120, 8 * 60)]
    assert sum(window.rate_at(minute) is not None for minute in minutes) == hours * 60


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9)])
def test_a_night_in_which_the_clocks_change_ends_by_the_wall(day: str, hours: int) -> None:
    window = rates("sat 22:00-06:00 5")
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=STOCKHOLM).astimezone(UTC)
    minutes = [noon + timedelta(minutes=minute) for minute in range(24 * 60)]
    assert sum(window.rate_at(minute) is not None for minute in minutes) == hours * 60


def test_the_zone_is_the_projects_and_not_this_machines() -> None:
    instant = datetime(2026, 8, 10, 7, 30, tzinfo=UTC)
    assert rates("mon 08:00-17:00 20").rate_at(instant) is not None
    assert rates("mon 08:00-17:00 20", zone=ZoneInfo("Atlantic/Azores")).rate_at(instant) is None


def test_ranges_of_weekdays() -> None:
    assert read_days("mon-fri") == {0, 1, 2, 3, 4}
    assert read_days("Fri-Mon") == {4, 5, 6, 0}
    assert read_days("sat, sun") == {5, 6}
    assert read_days("wed") == {2}
    assert read_days("mon-sun") == set(range(7))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "mon-fri",
        "mon-fri 8-17 20",
        "mon-fre 08:00-17:00 20",
        "mon 08:00-25:00 20",
        "mon 08:61-17:00 5",
        "mon 08:00-17:00 0",
    ],
)
def test_what_is_no_window_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"form|weekday|hour|more than 0"):
        read_window(bad)
