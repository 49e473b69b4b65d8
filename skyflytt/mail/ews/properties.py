"""MAPI properties as EWS's extended properties, both ways ([MS-OXWSXPROP] 2.2)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from skyflytt.mail.ews.xml import Element, find, find_all, t
from skyflytt.outlook.mapi import Named, Properties, Property, PropertyType, Value
from skyflytt.outlook.mapi.times import filetime, moment
from skyflytt.outlook.mapi.types import MULTIPLE

_SINGLE: dict[int, str] = {
    PropertyType.FLOATING_TIME: "ApplicationTime",
    PropertyType.BINARY: "Binary",
    PropertyType.BOOLEAN: "Boolean",
    PropertyType.GUID: "CLSID",
    PropertyType.CURRENCY: "Currency",
    PropertyType.FLOATING_64: "Double",
    PropertyType.FLOATING_32: "Float",
    PropertyType.INTEGER_32: "Integer",
    PropertyType.INTEGER_64: "Long",
    PropertyType.INTEGER_16: "Short",
    PropertyType.TIME: "SystemTime",
    PropertyType.STRING: "String",
}
_NAMES = _SINGLE | {kind | MULTIPLE: f"{name}Array" for kind, name in _SINGLE.items() if name != "Boolean"}
_TYPES = {name: kind for kind, name in _NAMES.items()}
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:\d\d)?\Z")
_PS_INTERNET_HEADERS = UUID("00020386-0000-0000-C000-000000000046")


def type_of(key: Property) -> int:
    return key.type if isinstance(key, Named) else key & 0xFFFF


def can_be_named(key: Property) -> bool:
    """Whether EWS has a name for properties of this type (not for objects, errors and server ids)."""
    return type_of(key) in _NAMES


def field_uri(key: Property) -> Element:
    """The ExtendedFieldURI of a property."""
    kind = _NAMES[type_of(key)]
    if not isinstance(key, Named):
        return t("ExtendedFieldURI", PropertyTag=f"0x{key >> 16:04x}", PropertyType=kind)
    name = {"PropertyId": str(key.name)} if isinstance(key.name, int) else {"PropertyName": key.name}
    return t("ExtendedFieldURI", PropertySetId=str(key.set), **name, PropertyType=kind)


def extended_property(key: Property, value: Value) -> Element:
    """A property with its value. Raises ValueError for a value that text cannot say."""
    if isinstance(value, tuple):
        texts = [t("Value", _text(one, type_of(key) & ~MULTIPLE)) for one in value]
        return t("ExtendedProperty", field_uri(key), t("Values", *texts))
    return t("ExtendedProperty", field_uri(key), t("Value", _text(value, type_of(key))))


def extended_properties(item: Element, wanted: Sequence[Property]) -> Properties:
    """The values that a server gave of the properties `wanted`; what cannot be read as its type is left out."""
    by_name = {_key_of(field_uri(key)): key for key in wanted}
    found: Properties = {}
    for element in find_all(item, "t:ExtendedProperty"):
        uri = find(element, "t:ExtendedFieldURI")
        key = by_name.get(_key_of(uri)) if uri is not None else None
        if key is None:
            continue
        try:
            found[key] = _value(element, type_of(key))
        except (ValueError, binascii.Error):
            continue
    return found


def time_of(text: str) -> int | None:
    """A FILETIME of xs:dateTime; None for what is none, and for the years 1 and 1601 that stand for "never".

    A time without a zone is taken for UTC, which Exchange means by it.
    """
    parts = _TIME.match(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(parts[place]) for place in range(1, 7))
    fraction = int((parts[7] or "").ljust(7, "0"))
    try:
        when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - _offset(parts[8])
    except (ValueError, OverflowError):
        return None
    return filetime(when) + fraction if when.year > 1601 else None


def text_of_time(value: int) -> str:
    """A FILETIME as xs:dateTime, with its fraction where there is one. Raises ValueError beyond the year 9999."""
    when = moment(value)
    if when is None:
        raise ValueError(f"{value} is no time")
    fraction = f".{value % 10_000_000:07}".rstrip("0") if value % 10_000_000 else ""
    return f"{when:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{fraction}Z"


def _offset(zone: str | None) -> timedelta:
    if zone in (None, "Z"):
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -offset if zone.startswith("-") else offset


def _key_of(uri: Element) -> tuple[str, ...]:
    """A name to compare by: servers answer with other spellings and well-known names of sets."""
    kind = uri.get("PropertyType", "")
    if (tag := uri.get("PropertyTag")) is not None:
        return (str(int(tag, 0)) if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", tag) else tag, kind)
    distinguished = uri.get("DistinguishedPropertySetId")
    which = DISTINGUISHED.get(distinguished, "") if distinguished else uri.get("PropertySetId", "").lower()
    name = uri.get("PropertyName")
    return which, str(uri.get("PropertyId")) if name is None else f"name {name.lower()}", kind


DISTINGUISHED = {
    "Address": "00062004-0000-0000-c000-000000000046",
    "Appointment": "00062002-0000-0000-c000-000000000046",
    "CalendarAssistant": "11000e07-b51b-40d6-af21-caa85edab1d0",
    "Common": "00062008-0000-0000-c000-000000000046",
    "InternetHeaders": str(_PS_INTERNET_HEADERS),
    "Meeting": "6ed8da90-450b-101b-98da-00aa003f1305",
    "PublicStrings": "00020329-0000-0000-c000-000000000046",
    "Task": "00062003-0000-0000-c000-000000000046",
}
"""The sets that servers may answer with by name instead of by GUID."""


def _value(element: Element, kind: int) -> Value:
    if kind & MULTIPLE:
        values = [_single(value.text or "", kind & ~MULTIPLE) for value in find_all(element, "t:Values/t:Value")]
        return tuple(values)  # type: ignore[return-value]
    found = find(element, "t:Value")
    return _single(found.text or "" if found is not None else "", kind)


def _single(text: str, kind: int) -> int | float | str | bytes | UUID:
    return _READ.get(kind, int)(text)


def _time(text: str) -> int:
    found = time_of(text)
    if found is None:
        raise ValueError(f"{text} is no time")
    return found


_READ: dict[int, Callable[[str], int | float | str | bytes | UUID]] = {
    PropertyType.STRING: str,
    PropertyType.BINARY: base64.b64decode,
    PropertyType.BOOLEAN: lambda text: text.strip().lower() in ("true", "1"),
    PropertyType.TIME: lambda text: _time(text.strip()),
    PropertyType.GUID: lambda text: UUID(text.strip()),
    PropertyType.FLOATING_32: float,
    PropertyType.FLOATING_64: float,
    PropertyType.FLOATING_TIME: float,
}
"""How a value is read, by its type; whole numbers otherwise."""


def _text(value: object, kind: int) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if kind == PropertyType.BOOLEAN:
        return "true" if value else "false"
    if kind == PropertyType.TIME and isinstance(value, int):
        return text_of_time(value)
    return str(value)


def writable(properties: Properties, but: Iterable[Property]) -> Sequence[Element]:
    """All properties that EWS can name and text can say, as elements."""
    left = set(but)
    elements = []
    for key, value in properties.items():
        if key in left or not can_be_named(key):
            continue
        try:
            elements.append(extended_property(key, value))
        except ValueError:
            continue
    return elements
