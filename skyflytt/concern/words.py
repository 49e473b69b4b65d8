"""Figures as a sentence wants them."""

from __future__ import annotations

from datetime import timedelta


def number(value: int) -> str:
    """`1,234,567`."""
    return f"{value:,}"


def count(value: int, singular: str, plural: str | None = None) -> str:
    """`1 message`, `1,234 messages`."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def size(value: int) -> str:
    """In decimal units, as disks are sold: `26.2 MB`."""
    amount = float(value)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{value} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def hours(value: float) -> str:
    """`under a minute`, `12 minutes`, `3.5 hours`, `4.2 days`."""
    if value < 1 / 60:
        return "under a minute"
    if value < 1:
        return count(round(value * 60), "minute")
    return f"{value:.1f} hours" if value < 48 else f"{value / 24:.1f} days"


def days(value: timedelta) -> str:
    """Whole days, rounded down."""
    return count(value.days, "day")
