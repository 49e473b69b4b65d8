"""Moments as EWS writes them (xs:dateTime) and as MAPI holds them (FILETIME)."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.outlook.mapi.times import filetime, moment


def text_of_filetime(value: int) -> str:
    """To the second, in UTC; Exchange's DateTime properties carry no fractions."""
    when = moment(value) or datetime(4500, 8, 31, 23, 59, tzinfo=UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def to_filetime(text: str) -> int:
    """Raises ValueError. A time without an offset is taken as UTC."""
    when = datetime.fromisoformat(text.strip())
    return filetime(when if when.tzinfo else when.replace(tzinfo=UTC))
