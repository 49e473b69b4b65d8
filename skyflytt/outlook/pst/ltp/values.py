"""Property values as bytes ([MS-PST] 2.3.3.2 to 2.3.3.4, [MS-OXCDATA] 2.11.1)."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf
from operator import methodcaller
from struct import Struct, pack
from typing import Any

from skyflytt.outlook.mapi.message import Value
from skyflytt.outlook.mapi.types import MULTIPLE, PropertyType

FIXED_SIZE: dict[int, int] = {
    PropertyType.INTEGER_16: 2,
    PropertyType.INTEGER_32: 4,
    PropertyType.FLOATING_32: 4,
    PropertyType.FLOATING_64: 8,
    PropertyType.CURRENCY: 8,
    PropertyType.FLOATING_TIME: 8,
    PropertyType.ERROR_CODE: 4,
    PropertyType.BOOLEAN: 1,
    PropertyType.INTEGER_64: 8,
    PropertyType.TIME: 8,
}
"""Types whose values stand in a table's row, with the bytes they take; every other type has an HNID there."""

_FLOAT = Struct("<f")


def encode_value(kind: int, value: Value) -> bytes:
    """A value of the property type `kind` as bytes; nothing (b"") for empty strings, binaries and lists.

    Integers may be given signed or unsigned. Types that [MS-OXCDATA] does not define are stored as the bytes they come in.
    """
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value)
    if kind & MULTIPLE:
        return _encode_multiple(kind & ~MULTIPLE, value)
    return _binary(value)


def _integer(size: int) -> Callable[[Any], bytes]:
    mask = (1 << 8 * size) - 1
    return lambda value: (int(value) & mask).to_bytes(size, "little")


def _float(value: Any) -> bytes:
    try:
        return _FLOAT.pack(value)
    except OverflowError:
        return _FLOAT.pack(copysign(inf, value))


def _binary(value: Any) -> bytes:
    return bytes(memoryview(value))


def _encode_multiple(base: int, value: Any) -> bytes:
    parts = [encode_value(base, one) for one in value]
    if not parts or base in _FIXED_PARTS:
        return b"".join(parts)
    # ulCount and rgulDataOffsets, counted from the start of the value ([MS-PST] 2.3.3.4.2).
    offsets, end = [], 4 + 4 * len(parts)
    for part in parts:
        offsets.append(end)
        end += len(part)
    return pack(f"<I{len(parts)}I", len(parts), *offsets) + b"".join(parts)


_FIXED_PARTS = FIXED_SIZE.keys() | {PropertyType.GUID}
_ENCODERS: dict[int, Callable[[Any], bytes]] = {
    **{kind: _integer(size) for kind, size in FIXED_SIZE.items()},
    PropertyType.FLOATING_32: _float,
    PropertyType.FLOATING_64: Struct("<d").pack,
    PropertyType.FLOATING_TIME: Struct("<d").pack,
    PropertyType.BOOLEAN: lambda value: b"\1" if value else b"\0",
    PropertyType.GUID: lambda value: value.bytes_le,
    PropertyType.STRING: methodcaller("encode", "utf-16-le", "surrogatepass"),
}
