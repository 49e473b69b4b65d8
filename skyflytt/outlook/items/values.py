"""Values of a bag by the type they are wanted in; what has another type counts as missing."""

from __future__ import annotations

from datetime import datetime

from skyflytt.outlook.mapi import Properties, Property
from skyflytt.outlook.mapi.times import moment


def text(properties: Properties, tag: Property) -> str:
    """Empty where there is none; without final NULs."""
    value = properties.get(tag)
    return value.rstrip("\0") if isinstance(value, str) else ""


def number(properties: Properties, tag: Property, default: int = 0) -> int:
    """The integer, or the default."""
    value = properties.get(tag)
    return value if isinstance(value, int) else default


def flag(properties: Properties, tag: Property) -> bool:
    """Whether a boolean is there and true."""
    return bool(number(properties, tag))


def binary(properties: Properties, tag: Property) -> bytes:
    """Empty where there is none."""
    value = properties.get(tag)
    return value if isinstance(value, bytes) else b""


def time(properties: Properties, tag: Property) -> datetime | None:
    """A FILETIME as an aware time; None where there is none, or one that means "never"."""
    value = properties.get(tag)
    return moment(value) if isinstance(value, int) and 0 < value < 0x0CB34557A3DD4000 else None


def strings(properties: Properties, tag: Property) -> tuple[str, ...]:
    """Empty where there are none."""
    value = properties.get(tag)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()


def binaries(properties: Properties, tag: Property) -> tuple[bytes, ...]:
    """Empty where there are none."""
    value = properties.get(tag)
    return tuple(item for item in value if isinstance(item, bytes)) if isinstance(value, tuple) else ()
