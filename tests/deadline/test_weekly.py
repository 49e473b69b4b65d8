"""The hour of the week: once in each week after the beginning, in summer and winter time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.weekly import WEEKDAYS, weeks_reported

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


BEGAN = local("2026-08-08T00:00")  # a Saturday


@pytest.mark.parametrize(
    ("now", "weeks"),
    [
        ("2026-08-10T08:00", 0),  # the first Monday: not a whole week yet
        ("2026-08-17T07:59", 0),
        ("2026-08-17T08:00", 1),
        ("2026-08-24T07:59", 1),
        ("2026-08-24T08:00", 2),
        ("2026-10-26T07:59", 10),  # the clock went back the day before
        ("2026-10-26T08:00", 11),
    ],
)
def test_the_monday_at_eight(now: str, weeks: int) -> None:
    assert weeks_reported(BEGAN, local(now), "mon", "08:00", STOCKHOLM) == weeks


@pytest.mark.parametrize("day", WEEKDAYS)
@pytest.mark.parametrize("at", ["00:00", "02:30", "23:59"])
def test_each_week_has_it_once(day: str, at: str) -> None:
    hours = [BEGAN.astimezone(STOCKHOLM) + timedelta(minutes=30 * step) for step in range(2 * 24 * 7 * 35)]
    seen = [weeks_reported(BEGAN, now, day, at, STOCKHOLM) for now in hours[::5]]
    assert sorted(set(seen)) == list(range(max(seen) + 1))
    assert max(seen) >= 33
    assert seen == sorted(seen)
