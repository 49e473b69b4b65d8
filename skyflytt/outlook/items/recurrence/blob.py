"""RecurrencePattern and AppointmentRecurrencePattern as bytes ([MS-OXOCAL] 2.2.1.44.1 and 2.2.1.44.5)."""

from __future__ import annotations

import struct
from datetime import date

from skyflytt.outlook.items.recurrence.exceptions import (
    decode_exceptions,
    decode_extended,
    encode_exceptions,
    encode_extended,
)
from skyflytt.outlook.items.recurrence.minutes import minutes, moment
from skyflytt.outlook.items.recurrence.pattern import AppointmentRecurrence, EndType, PatternType, RecurrencePattern

_VERSION = 0x3004
_READER_VERSION_2 = 0x3006
_WRITER_VERSION_2 = 0x3009
_NO_END = 0x5AE980DF
_HEAD = struct.Struct("<5H3I")
_TAIL = struct.Struct("<3I")
_OUTER = struct.Struct("<4IH")
_MOST = 10_000


def encode_pattern(pattern: RecurrencePattern) -> bytes:
    """PidLidTaskRecurrence, and the beginning of PidLidAppointmentRecur."""
    head = _HEAD.pack(
        *(_VERSION, _VERSION, pattern.frequency, pattern.pattern_type, pattern.calendar_type),
        *(pattern.first_date_time, pattern.period, pattern.sliding),
    )
    tail = _TAIL.pack(pattern.end_type, pattern.occurrence_count, pattern.first_day_of_week)
    dates = _encode_dates(pattern.deleted) + _encode_dates(pattern.modified)
    end = _NO_END if pattern.end is None else minutes(pattern.end)
    return head + _encode_specific(pattern) + tail + dates + struct.pack("<2I", minutes(pattern.start), end)


def encode_appointment(recurrence: AppointmentRecurrence) -> bytes:
    """PidLidAppointmentRecur."""
    exceptions = recurrence.exceptions
    offsets = (recurrence.start_minutes, recurrence.end_minutes, len(exceptions))
    outer = _OUTER.pack(_READER_VERSION_2, _WRITER_VERSION_2, *offsets)
    return (
        encode_pattern(recurrence.pattern)
        + outer
        + encode_exceptions(exceptions)
        + bytes(4)
        + encode_extended(exceptions)
        + bytes(4)
    )


def decode_pattern(data: bytes) -> RecurrencePattern:
    """ValueError says why these are not its bytes, or mean nothing (a period of 0, no day of the week)."""
    return _decode(data)[0]


def decode_appointment(data: bytes) -> AppointmentRecurrence:
    """ValueError as `decode_pattern`. What follows the exceptions is read as far as it goes: their names are then as in the code page."""
    pattern, offset = _decode(data)
    try:
        _, writer, start, end, count = _OUTER.unpack_from(data, offset)
        exceptions, offset = decode_exceptions(data, offset + _OUTER.size, min(count, _MOST))
    except struct.error as cut:
        raise ValueError("the recurrence is cut off in its exceptions") from cut
    extended = decode_extended(data, offset, exceptions, highlighted=writer >= _WRITER_VERSION_2)
    return AppointmentRecurrence(pattern=pattern, start_minutes=start, end_minutes=end, exceptions=extended)


def _encode_dates(dates: tuple[date, ...]) -> bytes:
    return struct.pack(f"<I{len(dates)}I", len(dates), *map(minutes, dates))


def _encode_specific(pattern: RecurrencePattern) -> bytes:
    if pattern.pattern_type == PatternType.DAY:
        return b""
    if pattern.pattern_type == PatternType.WEEK:
        return struct.pack("<I", pattern.days)
    if pattern.pattern_type in {PatternType.MONTH_NTH, PatternType.HJ_MONTH_NTH}:
        return struct.pack("<2I", pattern.days, pattern.nth)
    return struct.pack("<I", pattern.day_of_month)


def _decode(data: bytes) -> tuple[RecurrencePattern, int]:
    try:
        reader, _, frequency, kind, calendar, first, period, sliding = _HEAD.unpack_from(data)
        if reader != _VERSION:
            raise ValueError(f"the recurrence is of version {reader:#06x}")
        specific, offset = _decode_specific(data, PatternType(kind))
        end_type, count, first_day = _TAIL.unpack_from(data, offset)
        deleted, offset = _decode_dates(data, offset + _TAIL.size)
        modified, offset = _decode_dates(data, offset)
        start, end = struct.unpack_from("<2I", data, offset)
    except struct.error as cut:
        raise ValueError("the recurrence is cut off") from cut
    if period == 0 or first_day > 6:
        raise ValueError("the recurrence has no period, or no first day of the week")
    end_type = EndType.NEVER if end_type == 0xFFFFFFFF else EndType(end_type)
    pattern = RecurrencePattern(
        frequency=frequency,
        pattern_type=PatternType(kind),
        calendar_type=calendar,
        first_date_time=first,
        period=period,
        sliding=sliding,
        **specific,
        end_type=end_type,
        occurrence_count=count,
        first_day_of_week=first_day,
        deleted=deleted,
        modified=modified,
        start=moment(start).date(),
        end=None if end == _NO_END else moment(end).date(),
    )
    return pattern, offset + 8


def _decode_specific(data: bytes, kind: PatternType) -> tuple[dict[str, int], int]:
    offset = _HEAD.size
    if kind == PatternType.DAY:
        return {}, offset
    if kind in {PatternType.MONTH_NTH, PatternType.HJ_MONTH_NTH}:
        days, nth = struct.unpack_from("<2I", data, offset)
        if not days & 0x7F or not 1 <= nth <= 5:
            raise ValueError("the recurrence names no day of the week")
        return {"days": days & 0x7F, "nth": nth}, offset + 8
    (value,) = struct.unpack_from("<I", data, offset)
    if kind == PatternType.WEEK:
        if not value & 0x7F:
            raise ValueError("the recurrence names no day of the week")
        return {"days": value & 0x7F}, offset + 4
    if not 0 <= value <= 31 or (value == 0 and kind == PatternType.MONTH):
        raise ValueError(f"the recurrence names day {value} of the month")
    return {"day_of_month": value}, offset + 4


def _decode_dates(data: bytes, offset: int) -> tuple[tuple[date, ...], int]:
    (count,) = struct.unpack_from("<I", data, offset)
    if count > _MOST:
        raise ValueError(f"the recurrence has {count} deleted instances")
    values = struct.unpack_from(f"<{count}I", data, offset + 4)
    return tuple(moment(value).date() for value in values), offset + 4 + 4 * count
