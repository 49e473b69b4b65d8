"""How many bytes a property value takes in the file, without writing it ([MS-PST] 2.3.3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import cast

from skyflytt.outlook.mapi import Value
from skyflytt.outlook.mapi.types import MULTIPLE, PropertyType
from skyflytt.outlook.pst.ltp.values import FIXED_SIZE

_FIXED = {**FIXED_SIZE, PropertyType.GUID: 16}


def value_size(tag: int, value: Value) -> int:
    """As Outlook counts it for PidTagAttachSize: a Boolean is one byte, strings are UTF-16 without a final NUL."""
    kind = tag & 0xFFFF
    if not kind & MULTIPLE:
        return _single(kind, value)
    elements, kind = cast("tuple[Value, ...]", value), kind & ~MULTIPLE
    if kind in _FIXED:
        return _FIXED[kind] * len(elements)
    # An empty one is not stored at all.
    return 4 + sum(4 + _single(kind, element) for element in elements) if elements else 0


def values_size(properties: Iterable[tuple[int, Value]]) -> int:
    """The sum."""
    return sum(value_size(tag, value) for tag, value in properties)


def _single(kind: int, value: Value) -> int:
    fixed = _FIXED.get(kind)
    if fixed is not None:
        return fixed
    if isinstance(value, str):
        return 2 * len(value) if value.isascii() else len(value.encode("utf-16-le", "surrogatepass"))
    return len(cast(Sized, value))
