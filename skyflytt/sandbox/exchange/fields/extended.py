"""Extended properties: ExtendedFieldURI and its values as MAPI properties ([MS-OXWSXPROP] 2.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from uuid import UUID
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Named, Property, PropertyType, Value
from skyflytt.outlook.mapi import named as sets
from skyflytt.outlook.mapi.types import MULTIPLE
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.moments import text_of_filetime, to_filetime
from skyflytt.sandbox.exchange.xml import find, find_all, is_true, t, truth

DISTINGUISHED = {
    "Address": sets.PSETID_ADDRESS,
    "Appointment": sets.PSETID_APPOINTMENT,
    "CalendarAssistant": UUID("11000E07-B51B-40D6-AF21-CAA85EDAB1D0"),
    "Common": sets.PSETID_COMMON,
    "InternetHeaders": sets.PS_INTERNET_HEADERS,
    "Meeting": sets.PSETID_MEETING,
    "PublicStrings": sets.PS_PUBLIC_STRINGS,
    "Sharing": UUID("00062040-0000-0000-C000-000000000046"),
    "Task": sets.PSETID_TASK,
    "UnifiedMessaging": UUID("4442858E-A9E3-4E80-B900-317A210CC15B"),
}
_SINGLE = {
    "ApplicationTime": PropertyType.FLOATING_TIME,
    "Binary": PropertyType.BINARY,
    "Boolean": PropertyType.BOOLEAN,
    "CLSID": PropertyType.GUID,
    "Currency": PropertyType.CURRENCY,
    "Double": PropertyType.FLOATING_64,
    "Float": PropertyType.FLOATING_32,
    "Integer": PropertyType.INTEGER_32,
    "Long": PropertyType.INTEGER_64,
    "Short": PropertyType.INTEGER_16,
    "SystemTime": PropertyType.TIME,
    "String": PropertyType.STRING,
}
TYPES = {name: int(kind) for name, kind in _SINGLE.items()} | {
    f"{name}Array": kind | MULTIPLE for name, kind in _SINGLE.items() if name != "Boolean"
}


def property_of(uri: Element) -> Property:
    """The property that an ExtendedFieldURI names. Raises `ResponseError`."""
    kind = TYPES.get(uri.get("PropertyType", ""))
    if kind is None:
        raise ResponseError("ErrorInvalidExtendedProperty", "The extended property attribute combination is invalid.")
    try:
        if (tag := uri.get("PropertyTag")) is not None:
            return (int(tag, 16 if tag.lower().startswith("0x") else 10) << 16) | kind
        distinguished = uri.get("DistinguishedPropertySetId")
        which = DISTINGUISHED[distinguished] if distinguished else UUID(uri.get("PropertySetId", ""))
        name = uri.get("PropertyName")
        return Named(which, name if name is not None else int(uri.get("PropertyId", ""), 0), kind)
    except (ValueError, KeyError) as error:
        raise ResponseError(
            "ErrorInvalidExtendedProperty", "The extended property attribute combination is invalid."
        ) from error


def element_of(uri: Element, key: Property, value: Value) -> Element | None:
    """The property with its value; None for a value that is not of its type."""
    kind = (key.type if isinstance(key, Named) else key) & 0xFFFF
    single = kind & ~MULTIPLE
    copy = t("ExtendedFieldURI", None, **dict(uri.attrib))
    try:
        if kind & MULTIPLE:
            several = value if isinstance(value, tuple) else (value,)
            return t(
                "ExtendedProperty", None, copy, t("Values", None, *(t("Value", _text(one, single)) for one in several))
            )
        return t("ExtendedProperty", None, copy, t("Value", _text(value, single)))
    except (TypeError, ValueError):
        return None


def value_in(element: Element, key: Property) -> Value:
    """The value in an ExtendedProperty. Raises `ResponseError` for text that is none of its type."""
    kind = (key.type if isinstance(key, Named) else key) & 0xFFFF
    try:
        if kind & MULTIPLE:
            texts = [value.text or "" for value in find_all(element, "t:Values/t:Value")]
            return tuple(_value(text, kind & ~MULTIPLE) for text in texts)  # type: ignore[return-value]
        found = find(element, "t:Value")
        return _value(found.text or "" if found is not None else "", kind)
    except (ValueError, binascii.Error) as error:
        raise ResponseError("ErrorInvalidExtendedPropertyValue", "The extended property value is invalid.") from error


def _text(value: object, kind: int) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if kind == PropertyType.BOOLEAN:
        return truth(bool(value))
    if kind == PropertyType.TIME and isinstance(value, int):
        return text_of_filetime(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value)


def _value(text: str, kind: int) -> int | float | str | bytes | UUID:
    return _READERS.get(kind, int)(text)


_READERS: dict[int, Callable[[str], int | float | str | bytes | UUID]] = {
    PropertyType.BINARY: lambda text: base64.b64decode(text, validate=True),
    PropertyType.BOOLEAN: is_true,
    PropertyType.TIME: to_filetime,
    PropertyType.GUID: UUID,
    PropertyType.STRING: str,
    **dict.fromkeys((PropertyType.FLOATING_32, PropertyType.FLOATING_64, PropertyType.FLOATING_TIME), float),
}
