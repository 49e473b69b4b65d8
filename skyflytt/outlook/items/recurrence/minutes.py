"""Minutes since the beginning of 1601, in which the recurrence structures count."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_BEGINNING = datetime(1601, 1, 1)  # noqa: DTZ001 - local time of the series, of whatever zone
_MINUTE = timedelta(minutes=1)
DAY = 24 * 60
WEEK = 7 * DAY


def minutes(local: date | datetime) -> int:
    """From a date (its midnight) or a naive time; seconds are dropped."""
    if not isinstance(local, datetime):
        return (local - _BEGINNING.date()).days * DAY
    return (local - _BEGINNING) // _MINUTE


def moment(since_1601: int) -> datetime:
    """The naive time; ValueError beyond the year 9999."""
    try:
        return _BEGINNING + timedelta(minutes=since_1601)
    except OverflowError as overflow:
        raise ValueError(f"no such time: {since_1601} minutes since 1601") from overflow
