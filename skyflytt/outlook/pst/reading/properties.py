"""What libpff reads, as properties of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from skyflytt.outlook.mapi import Properties, Property, PropertyType, Value, tags
from skyflytt.outlook.mapi.codepages import WESTERN, codec, decode
from skyflytt.outlook.pst.reading.libpff import Entry, Unreadable
from skyflytt.outlook.pst.reading.names import FIRST_NAMED, Names, named
from skyflytt.outlook.pst.reading.values import NotThatType, type_in_model, value_of

Lost = Callable[[str], None]
"""Told, in words, of everything that cannot be read."""

_TABLE_OWN = frozenset({0x67F1, 0x67F2, 0x67F3})
"""Columns in which a table keeps its own books: LtpParentNid, LtpRowId, LtpRowVer ([MS-PST] 2.3.4.4.1)."""

_TWO_BYTES = (1200, 1201)
"""UTF-16: told by messages that have 8-bit strings nevertheless."""


def properties_of(entries: Iterable[Entry | Unreadable], names: Names, code_page: int, lost: Lost) -> Properties:
    """A property context. `code_page` is that of 8-bit strings. A value that its type does not fit is kept as bytes."""
    properties: Properties = {}
    text = partial(_text, code_page=code_page)
    for entry in entries:
        if isinstance(entry, Unreadable):
            lost(f"a property: {entry}")
            continue
        kind, value = _value(entry, text)
        properties[_property(entry.id, kind, names)] = value
    return properties


def row_properties(entries: Iterable[Entry | Unreadable], names: Names, code_page: int, lost: Lost) -> Properties:
    """A table's row. libpff does not tell cells that are not there from empty ones: neither is given."""
    present = [entry for entry in entries if isinstance(entry, Unreadable) or _is_told(entry)]
    return properties_of(present, names, code_page, lost)


def code_page_of(entries: Iterable[Entry | Unreadable], fallback: int = WESTERN) -> int:
    """The code page of a message's 8-bit strings: PidTagMessageCodepage, else `fallback`."""
    for entry in entries:
        if isinstance(entry, Entry) and entry.id == tags.MESSAGE_CODEPAGE >> 16 and len(entry.data) == 4:
            told = int.from_bytes(entry.data, "little")
            return told if codec(told) and told not in _TWO_BYTES else fallback
    return fallback


def _is_told(entry: Entry) -> bool:
    if entry.id in _TABLE_OWN:
        return False
    return any(entry.data) if entry.type == PropertyType.TIME else bool(entry.data)


def _value(entry: Entry, text: Callable[[bytes], str]) -> tuple[int, Value]:
    try:
        return type_in_model(entry.type), value_of(entry.type, entry.data, text)
    except NotThatType:
        return PropertyType.BINARY, entry.data


def _property(number: int, kind: int, names: Names) -> Property:
    return named(names, number, kind) if number >= FIRST_NAMED else number << 16 | kind


def _text(data: bytes, code_page: int) -> str:
    return decode(data, code_page)[0]
