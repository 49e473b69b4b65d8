"""Properties read with the type they should have; one of another type counts as absent."""

from __future__ import annotations

from skyflytt.outlook.mapi.message import Properties, Property


def text(bag: Properties, tag: Property) -> str:
    """A string, without what follows a NUL."""
    value = bag.get(tag)
    return value.partition("\0")[0] if isinstance(value, str) else ""


def binary(bag: Properties, tag: Property) -> bytes:
    """A binary value, or no bytes."""
    value = bag.get(tag)
    return value if isinstance(value, bytes) else b""


def number(bag: Properties, tag: Property, default: int = 0) -> int:
    """An integer (booleans and times are some)."""
    value = bag.get(tag)
    return value if isinstance(value, int) else default
