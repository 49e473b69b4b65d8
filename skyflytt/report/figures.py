"""Figures and names as the page shows them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.concern.words import count

# Marks that turn the direction of the text around them: a file's name could pretend to end otherwise than it does.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SIZES = ("bytes", "kB", "MB", "GB", "TB", "PB")
MOST_SHOWN = 400


def plain(text: object) -> str:
    """A name or a sentence without anything that is not seen: such characters stand there as `\\u202e`; what is endless is cut."""
    shown = _CONTROL.sub(_told, _TURNING.sub(_told, str(text)))
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def local(at: datetime, zone: ZoneInfo) -> str:
    """`2026-10-31 18:05`, in the project's zone."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def abbreviation(at: datetime, zone: ZoneInfo) -> str:
    """`CEST`."""
    return f"{at.astimezone(zone):%Z}"


def named(name: str) -> str:
    """`Drop ends: handover` for the deadline `drop-ends.handover`."""
    kind, _, rest = name.partition(".")
    words = kind.replace("-", " ").capitalize()
    return f"{words}: {rest}" if rest else words


def size(value: int) -> str:
    """In decimal units: `26.2 MB`, `1,204.0 PB`."""
    amount = float(value)
    for unit in _SIZES:
        if amount < 1000 or unit == _SIZES[-1]:
            return count(value, "byte") if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    raise AssertionError


def percent(part: int, whole: int) -> str:
    """Rounded down, so that only all of it is 100 %; of nothing, all is there."""
    if part >= whole:
        return "100 %"
    tenths = part * 1000 // whole
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10} %"


def distance(at: datetime, now: datetime) -> str:
    """`in 3 days`, `in 5 h 20 min`, `2 days ago`, `now`."""
    ahead = at > now
    gap = at - now if ahead else now - at
    words = _span(gap)
    if words == "now":
        return words
    return f"in {words}" if ahead else f"{words} ago"


def _span(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest and hours < 12 else f"{hours} h"
    return count(hours // 24, "day")


def _told(found: re.Match[str]) -> str:
    return " " if found[0] in "\t\r\n" else f"\\u{ord(found[0]):04x}"
