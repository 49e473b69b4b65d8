"""Objects that came over PowerShell remoting, as plain mappings: names of properties to texts, numbers, truth values and lists.

What Exchange serialised as an object of its own type is told by its text, as `Format-List` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from pypsrp.complex_objects import GenericComplexObject

EXACT_BYTES = re.compile(r"\(([\d,.\s\u00a0]+) bytes\)")


def plain(found: Any) -> dict[str, Any]:
    """The object's properties, those that PowerShell added last."""
    if not isinstance(found, GenericComplexObject):
        return {"": value_of(found)}
    properties = {**found.adapted_properties, **found.extended_properties}
    return {name: value_of(value) for name, value in properties.items()}


def value_of(value: Any) -> Any:
    if isinstance(value, GenericComplexObject):
        return str(value.to_string or "")
    if isinstance(value, list | tuple):
        return [value_of(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _told(value) if isinstance(value, str) and value.startswith("<Obj ") else str(value)


def _told(xml: str) -> str:
    """The text of an object that the library knows no type for and hands over as it came."""
    try:
        found = ElementTree.fromstring(xml)
    except ElementTree.ParseError:
        return xml
    inner = [one for one in found if one.tag not in ("TN", "TNRef", "Props", "MS")]
    shown = found.find("ToString")
    return (shown if shown is not None else inner[0]).text or "" if inner else ""


def text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def number(row: Mapping[str, Any], name: str) -> int:
    """0 where it is not told."""
    value = row.get(name)
    if isinstance(value, int | float):
        return int(value)
    return int(value) if isinstance(value, str) and value.strip().isdigit() else 0


def size(row: Mapping[str, Any], name: str) -> int | None:
    """Bytes out of `1.234 MB (1,293,942 bytes)`; None where it is not told."""
    found = EXACT_BYTES.search(text(row, name))
    return int(re.sub(r"\D", "", found[1])) if found else None


def instant(row: Mapping[str, Any], name: str) -> datetime | None:
    """Aware; a time without an offset is taken as UTC. None for what is none."""
    try:
        found = datetime.fromisoformat(text(row, name))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
