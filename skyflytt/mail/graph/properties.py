"""MAPI properties as Graph's extended properties (https://learn.microsoft.com/graph/api/resources/extended-properties-overview)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skyflytt.mail.ews.properties import text_of_time, time_of
from skyflytt.outlook.mapi import Properties, PropertyType, Value

_NAMES = {
    PropertyType.INTEGER_32: "Integer",
    PropertyType.INTEGER_64: "Long",
    PropertyType.BOOLEAN: "Boolean",
    PropertyType.TIME: "SystemTime",
    PropertyType.STRING: "String",
}


def id_of(tag: int) -> str:
    """`Integer 0xe07`."""
    return f"{_NAMES[PropertyType(tag & 0xFFFF)]} {tag >> 16:#x}"


def expanded(tags: Sequence[int]) -> str:
    """The $expand that asks for these."""
    wanted = " or ".join(f"id eq '{id_of(tag)}'" for tag in tags)
    return f"singleValueExtendedProperties($filter={wanted})"


def extended(resource: Mapping[str, Any], tags: Sequence[int]) -> Properties:
    """The values that came of these; what cannot be read as its type is left out."""
    by_id = {_folded(id_of(tag)): tag for tag in tags}
    found: Properties = {}
    for one in resource.get("singleValueExtendedProperties") or ():
        tag = by_id.get(_folded(str(one.get("id", "")))) if isinstance(one, dict) else None
        if tag is None:
            continue
        value = _READ[PropertyType(tag & 0xFFFF)](str(one.get("value", "")))
        if value is not None:
            found[tag] = value
    return found


def said(tag: int, value: int) -> dict[str, str]:
    """A property as it is written."""
    return {"id": id_of(tag), "value": text_of_time(value) if tag & 0xFFFF == PropertyType.TIME else str(value)}


def _folded(id_: str) -> tuple[str, int]:
    """Services answer with other spellings of the same tag."""
    kind, _, tag = id_.partition(" ")
    try:
        return kind.lower(), int(tag, 0)
    except ValueError:
        return kind.lower(), -1


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


_READ: dict[PropertyType, Callable[[str], Value | None]] = {
    PropertyType.INTEGER_32: _whole,
    PropertyType.INTEGER_64: _whole,
    PropertyType.BOOLEAN: lambda text: text.strip().lower() in ("true", "1"),
    PropertyType.TIME: time_of,
    PropertyType.STRING: str,
}
