"""When the line belongs to others: weekly windows of a bandwidth, in the customer's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
WINDOW = re.compile(r"(?P<days>\S+(?:, ?\S+)*) +(?P<begins>\d+:\d+) ?- ?(?P<ends>\d+:\d+) +(?P<rate>[\d.]+)")
BYTES_PER_MEGABIT = 125_000


@dataclass(frozen=True, slots=True)
class Window:
    """On these weekdays (0 is Monday) from `begins` until `ends`, by the clock on the wall, no more than so many bytes per second.

    A window that ends at or before its beginning goes on past midnight; it belongs to the day on which it began.
    """

    days: frozenset[int]
    begins: time
    ends: time
    bytes_per_s: float

    def holds(self, local: datetime) -> bool:
        now, today = local.time(), local.weekday()
        if self.begins < self.ends:
            return today in self.days and self.begins <= now < self.ends
        yesterday = (today - 1) % 7
        return (today in self.days and now >= self.begins) or (yesterday in self.days and now < self.ends)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Outside of its windows nothing is limited; where several hold, the slowest counts."""

    windows: tuple[Window, ...]
    zone: ZoneInfo

    def rate_at(self, now: datetime) -> float | None:
        """Bytes per second at an instant; None: as fast as it goes."""
        local = now.astimezone(self.zone)
        return min((window.bytes_per_s for window in self.windows if window.holds(local)), default=None)


def window(days: str, begins: str, ends: str, megabit_per_s: float) -> Window:
    """A window as it is written in the project file. Raises `ValueError` with what is wrong."""
    if megabit_per_s <= 0:
        raise ValueError("a window's bandwidth is more than 0 megabit per second")
    return Window(read_days(days), read_hour(begins), read_hour(ends), megabit_per_s * BYTES_PER_MEGABIT)


def read_window(text: str) -> Window:
    """A window in one line: `mon-fri 08:00-17:00 20`, the last in megabit per second. Raises `ValueError` with what is wrong."""
    found = WINDOW.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not of the form `mon-fri 08:00-17:00 20`")
    return window(found["days"], found["begins"], found["ends"], float(found["rate"]))


def read_days(text: str) -> frozenset[int]:
    """`mon-fri`, `sat, sun`, `fri-mon` as numbers, 0 for Monday. Raises `ValueError` with what is wrong."""
    return frozenset(day for part in text.lower().split(",") for day in _range(part.strip()))


def _range(part: str) -> Iterable[int]:
    first, dash, last = part.partition("-")
    for name in (first, last) if dash else (first,):
        if name not in WEEKDAYS:
            raise ValueError(f"{name!r} is not a weekday; they are {', '.join(WEEKDAYS)}")
    begin = WEEKDAYS.index(first)
    end = WEEKDAYS.index(last) if dash else begin
    return ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def read_hour(text: str) -> time:
    """`08:00` as a time of day; `24:00` is midnight. Raises `ValueError` with what is wrong."""
    found = HOUR.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an hour of the day such as 08:00")
    return time(int(found[1]), int(found[2])) if found[1] else time(0)
