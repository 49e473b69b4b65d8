"""FILETIME: 100-nanosecond units since 1 January 1601 UTC ([MS-DTYP] 2.3.3). Kept as int, so that nothing is rounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def filetime(moment: datetime) -> int:
    """An aware time as FILETIME; times before 1601 become 0."""
    return max(0, (moment - _EPOCH) // _MICROSECOND * 10)


def moment(filetime: int) -> datetime | None:
    """A FILETIME as an aware time in UTC, rounded down to microseconds; None beyond the year 9999."""
    try:
        return _EPOCH + timedelta(microseconds=filetime // 10)
    except OverflowError:
        return None
