"""A message that was meant and the one that was read, property by property."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from skyflytt.outlook.mapi import Attachment, Message, Properties, Property, PropertyType, Value, tags
from skyflytt.outlook.pst.messaging.name_map import name_key
from skyflytt.outlook.pst.verification.differences import property_name, shown
from skyflytt.outlook.pst.verification.rules import ADDED, NOT_KEPT, expected_message

Key = int | tuple[UUID, int | str]
_NAMED_OR_ID = Mapping[Key, tuple[Property, Value]]


class Unequal(NamedTuple):
    """One thing that differs: the part of the message, the property, and both values in words."""

    where: str
    what: str
    meant: str
    found: str


def compare(meant: Message, found: Message, where: str = "") -> Iterator[Unequal]:
    """Every difference between the two, embedded messages included."""
    yield from _properties("message", expected_message(meant), found.properties, where)
    yield from _count("recipients", len(meant.recipients), len(found.recipients), where)
    pairs = zip(meant.recipients, found.recipients, strict=False)
    for number, (one, other) in enumerate(pairs, start=1):
        yield from _properties("recipient", one, other, _inside(where, f"recipient {number}"))
    yield from _count("attachments", len(meant.attachments), len(found.attachments), where)
    attached = zip(meant.attachments, found.attachments, strict=False)
    for number, (mine, theirs) in enumerate(attached, start=1):
        yield from _attachment(mine, theirs, _inside(where, f"attachment {number}"))


def _attachment(meant: Attachment, found: Attachment, where: str) -> Iterator[Unequal]:
    properties = dict(meant.properties)
    if meant.embedded or tags.ATTACH_METHOD not in found.properties:
        # What is embedded is the content: data beside it, and another method, would contradict it.
        for tag in (tags.ATTACH_DATA, tags.ATTACH_DATA_OBJECT, tags.ATTACH_METHOD):
            properties.pop(tag, None)
    yield from _properties("attachment", properties, found.properties, where)
    if meant.embedded and found.embedded:
        yield from compare(meant.embedded, found.embedded, where)
    elif meant.embedded or found.embedded:
        yield Unequal(
            where, "the embedded message", *("there" if one.embedded else "not there" for one in (meant, found))
        )


def _properties(kind: str, meant: Properties, found: Properties, where: str) -> Iterator[Unequal]:
    wanted, there = _by_key(kind, meant), _by_key(kind, found)
    for key, (name, value) in wanted.items():
        told = there.get(key)
        if told is None:
            if not (_is_nothing(value) and kind == "recipient"):
                yield Unequal(where, property_name(name), shown(name, value), shown(name, None))
        elif not _equal(name, value, *told):
            what = (
                property_name(name) if told[0] == name else f"{property_name(name)} (read as {property_name(told[0])})"
            )
            yield Unequal(where, what, shown(name, value), shown(told[0], told[1]))
    for key in there.keys() - wanted.keys():
        name, value = there[key]
        if name not in ADDED[kind] and not (kind == "recipient" and _is_nothing(value)):
            yield Unequal(where, property_name(name), shown(name, None), shown(name, value))


def _by_key(kind: str, properties: Properties) -> dict[Key, tuple[Property, Value]]:
    """By id, or by set and name without case: a PST file has each of these once, the first one."""
    found: dict[Key, tuple[Property, Value]] = {}
    for name, value in properties.items():
        key = _key(name)
        if key not in NOT_KEPT[kind]:
            found.setdefault(key, (name, value))
    return found


def _key(name: Property) -> Key:
    if isinstance(name, int):
        return name >> 16
    return name_key(name)


def _equal(name: Property, value: Value, read_name: Property, read: Value) -> bool:
    if _type(name) != _type(read_name):
        return False
    if _type(name) == PropertyType.OBJECT and name != tags.ATTACH_DATA_OBJECT:
        # libpff reads the address of an object in a property, not the object itself.
        return True
    return _comparable(value) == _comparable(read)


def _type(name: Property) -> int:
    return name & 0xFFFF if isinstance(name, int) else name.type


def _comparable(value: object) -> object:
    """Floats by their bits, so that a NaN equals itself; a string's final NUL is none of its characters."""
    if isinstance(value, tuple):
        return tuple(_comparable(one) for one in value)
    if isinstance(value, float):
        return struct.pack("<d", value)
    return value.removesuffix("\0") if isinstance(value, str) else value


def _is_nothing(value: Value) -> bool:
    """libpff does not tell a table's empty cells from those that are not there."""
    return not value


def _count(what: str, meant: int, found: int, where: str) -> Iterator[Unequal]:
    if meant != found:
        yield Unequal(where, f"the number of {what}", str(meant), str(found))


def _inside(where: str, part: str) -> str:
    return f"{where}, {part}" if where else part
