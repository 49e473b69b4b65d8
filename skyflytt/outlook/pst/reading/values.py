"""Property values from their bytes in a PST file, by type ([MS-OXCDATA] 2.11.1, [MS-PST] 2.3.3.3 and 2.3.3.4)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from struct import Struct
from uuid import UUID

from skyflytt.outlook.mapi import PropertyType, Value
from skyflytt.outlook.mapi.types import MULTIPLE

Decode = Callable[[bytes], str]
"""Text from a string's bytes in the message's code page."""

_NUMBERS: dict[int, Struct] = {
    PropertyType.INTEGER_16: Struct("<h"),
    PropertyType.INTEGER_32: Struct("<i"),
    PropertyType.FLOATING_32: Struct("<f"),
    PropertyType.FLOATING_64: Struct("<d"),
    PropertyType.CURRENCY: Struct("<q"),
    PropertyType.FLOATING_TIME: Struct("<d"),
    PropertyType.ERROR_CODE: Struct("<I"),
    PropertyType.BOOLEAN: Struct("<?"),
    PropertyType.INTEGER_64: Struct("<q"),
    PropertyType.TIME: Struct("<Q"),
}
_BYTES = (PropertyType.BINARY, PropertyType.SERVER_ID, PropertyType.OBJECT)
_U32 = Struct("<I")


class NotThatType(ValueError):
    """Bytes that are no value of their property's type."""


def value_of(kind: int, data: bytes, decode: Decode) -> Value:
    """The value of a property of type `kind` in the model's terms; STRING_8 is decoded. Raises NotThatType."""
    if kind & MULTIPLE:
        return tuple(_single(kind & ~MULTIPLE, part, decode) for part in _parts(kind & ~MULTIPLE, data))  # type: ignore[return-value]
    return _single(kind, data, decode)


def type_in_model(kind: int) -> int:
    """The type under which the model has such a value."""
    return kind | 1 if kind & ~MULTIPLE == PropertyType.STRING_8 else kind


def _single(kind: int, data: bytes, decode: Decode) -> int | float | str | bytes | UUID:
    if kind == PropertyType.STRING:
        return _unicode(data)
    if number := _NUMBERS.get(kind):
        if len(data) < number.size:
            raise NotThatType(f"{len(data)} bytes are no value of type {kind:#06x}")
        value: int | float = number.unpack_from(data)[0]
        return value
    if kind in _BYTES:
        return data
    if kind == PropertyType.STRING_8:
        return decode(data[:-1] if data.endswith(b"\0") else data)
    if kind == PropertyType.GUID and len(data) == 16:
        return UUID(bytes_le=data)
    raise NotThatType(f"{len(data)} bytes are no value of type {kind:#06x}")


def _unicode(data: bytes) -> str:
    if len(data) % 2:
        raise NotThatType(f"{len(data)} bytes are no UTF-16")
    text = data.decode("utf-16-le", "surrogatepass")
    return text[:-1] if text.endswith("\0") else text


def _parts(kind: int, data: bytes) -> list[bytes]:
    size = 16 if kind == PropertyType.GUID else _NUMBERS[kind].size if kind in _NUMBERS else 0
    if not size:
        return _parts_of_variable_size(data)
    if len(data) % size:
        raise NotThatType(f"{len(data)} bytes are no values of {size} bytes each")
    return [data[start : start + size] for start in range(0, len(data), size)]


def _parts_of_variable_size(data: bytes) -> list[bytes]:
    if not data:
        return []
    if len(data) < 4 or (count := _U32.unpack_from(data)[0]) > (len(data) - 4) // 4:
        raise NotThatType(f"{len(data)} bytes are too few for the values that they announce")
    offsets = [at for (at,) in _U32.iter_unpack(data[4 : 4 + 4 * count])] + [len(data)]
    if offsets != sorted(offsets) or offsets[0] < 4 + 4 * count:
        raise NotThatType("the offsets of several values are not in order")
    return [data[start:end] for start, end in pairwise(offsets)]
