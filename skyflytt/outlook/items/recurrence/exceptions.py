"""ExceptionInfo and ExtendedException ([MS-OXOCAL] 2.2.1.44.2 and 2.2.1.44.4): the changed instances, twice, for two ages of Outlook."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from skyflytt.outlook.items.recurrence.minutes import minutes, moment
from skyflytt.outlook.items.recurrence.pattern import ExceptionInfo

_TIMES = struct.Struct("<3I")
_SUBJECT, _LOCATION, _BODY = 0x0001, 0x0010, 0x0200
_LONGS = ((0x0002, "meeting_type"), (0x0004, "reminder_delta"), (0x0008, "reminder_set"))
_LATER_LONGS = ((0x0020, "busy_status"), (0x0040, "attachment"), (0x0080, "sub_type"), (0x0100, "color"))
_CODE_PAGE = "cp1252"
_LONGEST = 0xFFFE


def encode_exceptions(exceptions: Iterable[ExceptionInfo]) -> bytes:
    """The ExceptionInfo array. Characters beyond the code page are question marks here; the extended part has them whole."""
    return b"".join(map(_encode_exception, exceptions))


def encode_extended(exceptions: Iterable[ExceptionInfo]) -> bytes:
    """The ExtendedException array, as WriterVersion2 0x3009 has it."""
    return b"".join(map(_encode_extended, exceptions))


def decode_exceptions(data: bytes, offset: int, count: int) -> tuple[list[ExceptionInfo], int]:
    """The array and the offset behind it. struct.error where it is cut off, ValueError for a time that does not exist."""
    exceptions: list[ExceptionInfo] = []
    for _ in range(count):
        exception, offset = _decode_exception(data, offset)
        exceptions.append(exception)
    return exceptions, offset


def decode_extended(
    data: bytes, offset: int, exceptions: Sequence[ExceptionInfo], *, highlighted: bool
) -> tuple[ExceptionInfo, ...]:
    """The exceptions with their Unicode names, from the reserved block before them on. Where that is damaged, they stay as they are."""
    found: list[ExceptionInfo] = []
    try:
        offset = _skip_block(data, offset)
        for exception in exceptions:
            whole, offset = _decode_extended(data, offset, exception, highlighted=highlighted)
            found.append(whole)
    except (struct.error, UnicodeDecodeError):
        pass
    return (*found, *exceptions[len(found) :])


def _flags(exception: ExceptionInfo) -> int:
    flags = sum(bit for bit, name in (*_LONGS, *_LATER_LONGS) if getattr(exception, name) is not None)
    flags |= _SUBJECT if exception.subject is not None else 0
    flags |= _LOCATION if exception.location is not None else 0
    return flags | (_BODY if exception.body else 0)


def _times(exception: ExceptionInfo) -> bytes:
    return _TIMES.pack(minutes(exception.start), minutes(exception.end), minutes(exception.original_start))


def _encode_exception(exception: ExceptionInfo) -> bytes:
    parts = [_times(exception), struct.pack("<H", _flags(exception)), _encode_ansi(exception.subject)]
    parts += [_encode_long(exception, name) for _, name in _LONGS]
    parts.append(_encode_ansi(exception.location))
    parts += [_encode_long(exception, name) for _, name in _LATER_LONGS]
    return b"".join(parts)


def _encode_long(exception: ExceptionInfo, name: str) -> bytes:
    value = getattr(exception, name)
    return b"" if value is None else struct.pack("<I", value)


def _encode_ansi(text: str | None) -> bytes:
    if text is None:
        return b""
    coded = text.encode(_CODE_PAGE, "replace")[:_LONGEST]
    return struct.pack("<2H", len(coded) + 1, len(coded)) + coded


def _encode_wide(text: str | None) -> bytes:
    if text is None:
        return b""
    coded = text.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST]
    return struct.pack("<H", len(coded) // 2) + coded


def _encode_extended(exception: ExceptionInfo) -> bytes:
    highlight = struct.pack("<3I", 4, exception.change_highlight, 0)
    if exception.subject is None and exception.location is None:
        return highlight
    return highlight + _times(exception) + _encode_wide(exception.subject) + _encode_wide(exception.location) + bytes(4)


def _decode_exception(data: bytes, offset: int) -> tuple[ExceptionInfo, int]:
    start, end, original = map(moment, _TIMES.unpack_from(data, offset))
    (flags,) = struct.unpack_from("<H", data, offset + _TIMES.size)
    offset += _TIMES.size + 2
    fields: dict[str, Any] = {"body": bool(flags & _BODY)}
    if flags & _SUBJECT:
        fields["subject"], offset = _decode_ansi(data, offset)
    offset = _decode_longs(data, offset, flags, _LONGS, fields)
    if flags & _LOCATION:
        fields["location"], offset = _decode_ansi(data, offset)
    offset = _decode_longs(data, offset, flags, _LATER_LONGS, fields)
    return ExceptionInfo(start=start, end=end, original_start=original, **fields), offset


def _decode_longs(
    data: bytes, offset: int, flags: int, names: Iterable[tuple[int, str]], fields: dict[str, Any]
) -> int:
    for bit, name in names:
        if flags & bit:
            (fields[name],) = struct.unpack_from("<I", data, offset)
            offset += 4
    return offset


def _decode_ansi(data: bytes, offset: int) -> tuple[str, int]:
    _, count = struct.unpack_from("<2H", data, offset)
    return data[offset + 4 : offset + 4 + count].decode(_CODE_PAGE, "replace"), offset + 4 + count


def _decode_wide(data: bytes, offset: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<H", data, offset)
    text = data[offset + 2 : offset + 2 + 2 * count]
    if len(text) < 2 * count:
        raise struct.error("cut off")
    return text.decode("utf-16-le", "surrogatepass"), offset + 2 + 2 * count


def _decode_extended(
    data: bytes, offset: int, exception: ExceptionInfo, *, highlighted: bool
) -> tuple[ExceptionInfo, int]:
    changed: dict[str, Any] = {}
    if highlighted:
        (size,) = struct.unpack_from("<I", data, offset)
        if size >= 4:
            (changed["change_highlight"],) = struct.unpack_from("<I", data, offset + 4)
        offset += 4 + size
    offset = _skip_block(data, offset)
    if exception.subject is None and exception.location is None:
        return replace(exception, **changed), offset
    offset += _TIMES.size
    if exception.subject is not None:
        changed["subject"], offset = _decode_wide(data, offset)
    if exception.location is not None:
        changed["location"], offset = _decode_wide(data, offset)
    return replace(exception, **changed), _skip_block(data, offset)


def _skip_block(data: bytes, offset: int) -> int:
    (size,) = struct.unpack_from("<I", data, offset)
    return offset + 4 + int(size)
