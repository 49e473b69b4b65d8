"""Lists of MAPI properties in a TNEF stream ([MS-OXTNEF] 2.1.3.4.1.1 and 2.1.3.5, MsgPropertyList)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from uuid import UUID

from skyflytt.outlook.mapi import Named, Properties, PropertyType, Value
from skyflytt.outlook.mapi.types import MULTIPLE
from skyflytt.outlook.tnef.charset import text
from skyflytt.outlook.tnef.stream import Cursor, CutOff

IID_MESSAGE = UUID("00020307-0000-0000-C000-000000000046").bytes_le
"""Begins an OBJECT value that is a message, as a TNEF stream of its own."""

_FIXED: dict[int, struct.Struct] = {
    PropertyType.INTEGER_16: struct.Struct("<h2x"),
    PropertyType.INTEGER_32: struct.Struct("<i"),
    PropertyType.FLOATING_32: struct.Struct("<f"),
    PropertyType.FLOATING_64: struct.Struct("<d"),
    PropertyType.CURRENCY: struct.Struct("<q"),
    PropertyType.FLOATING_TIME: struct.Struct("<d"),
    PropertyType.ERROR_CODE: struct.Struct("<I"),
    PropertyType.BOOLEAN: struct.Struct("<H2x"),
    PropertyType.INTEGER_64: struct.Struct("<q"),
    PropertyType.TIME: struct.Struct("<q"),
    PropertyType.GUID: struct.Struct("<16s"),
}
_VARIABLE = frozenset((PropertyType.STRING_8, PropertyType.STRING, PropertyType.BINARY, PropertyType.OBJECT))
_NAMED_FROM = 0x8000


def read_properties(cursor: Cursor, codec: str) -> Properties:
    """One list. Where the bytes end too early, what was read until then."""
    properties: Properties = {}
    try:
        for _ in range(cursor.u32()):
            kind, number = cursor.u16(), cursor.u16()
            name = _name(cursor) if number >= _NAMED_FROM else None
            value = _value(cursor, kind, codec)
            kind = _without_string_8(kind)
            if value is not None:
                properties[Named(name[0], name[1], kind) if name else number << 16 | kind] = value
    except CutOff:
        # The rest of the stream has nothing to go by; the original is kept by whoever holds it.
        cursor.at = len(cursor.data)
    return properties


def _without_string_8(kind: int) -> int:
    return kind + 1 if kind & ~MULTIPLE == PropertyType.STRING_8 else kind


def _name(cursor: Cursor) -> tuple[UUID, int | str]:
    property_set = UUID(bytes_le=cursor.take(16))
    if cursor.u32() == 0:
        return property_set, cursor.u32()
    return property_set, cursor.padded(cursor.u32()).decode("utf-16-le", "replace").partition("\0")[0]


def _value(cursor: Cursor, kind: int, codec: str) -> Value | None:
    """A value; an empty list of a variable type is None: there is nothing there."""
    base = kind & ~MULTIPLE
    one: Callable[[], Value]
    if base in _FIXED:
        one = partial(_fixed, cursor, base)
        count = cursor.u32() if kind & MULTIPLE else 1
    elif base in _VARIABLE:
        one = partial(_variable, cursor, base, codec)
        count = cursor.u32()
    else:
        raise CutOff
    if count > len(cursor.data):
        raise CutOff
    values = tuple(one() for _ in range(count))
    if kind & MULTIPLE:
        return values  # type: ignore[return-value]  # all of one type, as the tag says
    return values[0] if values else None


def _fixed(cursor: Cursor, base: int) -> Value:
    layout = _FIXED[base]
    value: int | float | bytes = layout.unpack(cursor.take(layout.size))[0]
    if base == PropertyType.GUID and isinstance(value, bytes):
        return UUID(bytes_le=value)
    return bool(value) if base == PropertyType.BOOLEAN else value


def _variable(cursor: Cursor, base: int, codec: str) -> Value:
    data = cursor.padded(cursor.u32())
    if base == PropertyType.STRING:
        return data[: len(data) & ~1].decode("utf-16-le", "replace").partition("\0")[0]
    return text(data, codec) if base == PropertyType.STRING_8 else data
