"""Extended properties in answers: https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from skyflytt.outlook.mapi import Properties, PropertyType
from skyflytt.outlook.mapi.times import filetime, moment
from skyflytt.sandbox.servers.graph.answers import Refusal

TYPES = {
    "Integer": PropertyType.INTEGER_32,
    "Long": PropertyType.INTEGER_64,
    "Boolean": PropertyType.BOOLEAN,
    "SystemTime": PropertyType.TIME,
    "String": PropertyType.STRING,
}
_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=(.+)\)")
_ID = re.compile(r"id eq '(\w+) 0x([0-9a-fA-F]+)'")


def with_extended(properties: Properties, options: Mapping[str, str]) -> dict[str, Any]:
    """What $expand asks for, as far as it is there: times in whole seconds."""
    expand = options.get("$expand", "")
    if not expand:
        return {}
    found = _EXPAND.fullmatch(expand)
    wanted = [_ID.fullmatch(part.strip()) for part in found[1].split(" or ")] if found else []
    if not wanted or None in wanted:
        raise Refusal(400, "RequestBroker--ParseUri", "Invalid $expand.")
    told = []
    for one in filter(None, wanted):
        tag = (int(one[2], 16) << 16) | TYPES[one[1]]
        if tag in properties:
            told.append({"id": f"{one[1]} {int(one[2], 16):#x}", "value": _text(properties[tag], tag)})
    return {"singleValueExtendedProperties": told} if told else {}


def tag_and_value(said: Mapping[str, Any]) -> tuple[int, Any]:
    """A property as it came in a change."""
    kind, _, number = str(said.get("id", "")).partition(" ")
    if kind not in TYPES:
        raise Refusal(400, "ErrorInvalidRequest", "Invalid extended property.")
    text = str(said.get("value", ""))
    if TYPES[kind] == PropertyType.TIME:
        return (int(number, 0) << 16) | TYPES[kind], filetime(datetime.fromisoformat(text).astimezone(UTC))
    return (int(number, 0) << 16) | TYPES[kind], text if kind == "String" else int(text)


def _text(value: object, tag: int) -> str:
    if tag & 0xFFFF == PropertyType.TIME and isinstance(value, int):
        when = moment(value)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""
    return str(value).lower() if isinstance(value, bool) else str(value)
