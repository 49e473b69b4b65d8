"""Instants as people read them, in their language and the project's time zone. A midnight that ends something is the day's 24:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.project.fields import Language

MONTHS: dict[Language, str] = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "sr": "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "en": "January February March April May June July August September October November December",
}
PATTERNS: dict[Language, str] = {
    "sv": "{day} {month} {year} kl. {time}",
    "nb": "{day}. {month} {year} kl. {time}",
    "sr": "{day}. {month} {year}. u {time}",
    "en": "{day} {month} {year}, {time}",
}


def until_text(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """`31 oktober 2026 kl. 24:00` for the midnight that ends it; the zone's name stands beside it in texts."""
    local = at.astimezone(zone)
    if (local.hour, local.minute) == (0, 0):
        return _text(local - timedelta(days=1), "24:00", language)
    return _text(local, local.strftime("%H:%M"), language)


def at_text(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """`1 november 2026 kl. 00:00`: when something happened."""
    local = at.astimezone(zone)
    return _text(local, local.strftime("%H:%M"), language)


def _text(day: datetime, time: str, language: Language) -> str:
    month = MONTHS[language].split()[day.month - 1]
    return PATTERNS[language].format(day=day.day, month=month, year=day.year, time=time)
