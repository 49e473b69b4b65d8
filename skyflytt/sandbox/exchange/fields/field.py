"""What a field is: a FieldURI, how it is read from an item, and how it is written to one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Message, Property, Value
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.moments import text_of_filetime, to_filetime
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.xml import find_all, is_true, t, truth


class Field(NamedTuple):
    """`write` takes the field's own element, or None to remove it; a field without it is read-only."""

    uri: str
    read: Callable[[View], Element | None]
    write: Callable[[Message, Element | None], None] | None = None

    @property
    def name(self) -> str:
        return self.uri.partition(":")[2]


class Codec(NamedTuple):
    """A property's value as an element's text, and back. `from_text` raises ValueError."""

    to_text: Callable[[Value], str]
    from_text: Callable[[str], Value]


TEXT = Codec(lambda value: str(value).encode("utf-8", "replace").decode(), str)
INTEGER = Codec(lambda value: str(_int(value)), int)
BOOLEAN = Codec(lambda value: truth(bool(value)), is_true)
TIME = Codec(lambda value: text_of_filetime(_int(value)), to_filetime)
BYTES = Codec(
    lambda value: base64.b64encode(value if isinstance(value, bytes) else b"").decode(),
    lambda text: base64.b64decode(text, validate=True),
)


PERCENT = Codec(
    lambda value: f"{100 * value if isinstance(value, int | float) else 0:g}", lambda text: float(text) / 100
)
"""A share of 1 in MAPI, of 100 in EWS."""


def choice(names: Mapping[int, str]) -> Codec:
    """A number that EWS has a word for; one that it has none for is the first."""
    numbers = {name: number for number, name in names.items()}
    first = next(iter(names.values()))

    def number(text: str) -> int:
        if text not in numbers:
            raise ValueError(text)
        return numbers[text]

    return Codec(lambda value: names.get(_int(value), first), number)


def simple(uri: str, key: Property, codec: Codec, *, default: Value | None = None, writable: bool = True) -> Field:
    """A field that is one property; without a value it is left out, unless there is a default."""
    name = uri.partition(":")[2]

    def read(view: View) -> Element | None:
        value = view.get(key)
        value = default if value is None else value
        return None if value is None else t(name, codec.to_text(value))

    def write(message: Message, element: Element | None) -> None:
        if element is None:
            message.properties.pop(key, None)
        else:
            message.properties[key] = from_text(uri, codec, element.text or "")

    return Field(uri, read, write if writable else None)


def strings(uri: str, key: Property) -> Field:
    """A field that is a list of strings."""
    name = uri.partition(":")[2]

    def read(view: View) -> Element | None:
        values = view.get(key)
        several = values if isinstance(values, tuple) else ()
        return t(name, None, *(t("String", str(value)) for value in several)) if several else None

    def write(message: Message, element: Element | None) -> None:
        values = tuple(one.text or "" for one in find_all(element, "t:String")) if element is not None else ()
        message.properties.pop(key, None)
        if values:
            message.properties[key] = values

    return Field(uri, read, write)


def from_text(uri: str, codec: Codec, text: str) -> Value:
    try:
        return codec.from_text(text)
    except (ValueError, binascii.Error) as error:
        raise ResponseError("ErrorInvalidPropertySet", f"{uri} cannot be {text[:40]!r}.") from error


def _int(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
