"""A FastTransfer stream as a message ([MS-OXCFXICS] 2.2.4.2, the element messageContent)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from skyflytt.outlook.fasttransfer.cursor import Cursor, Encoded
from skyflytt.outlook.fasttransfer.framing import Payload, payload
from skyflytt.outlook.fasttransfer.lexemes import (
    DELETE_SUBOBJECTS,
    EC_WARNING,
    FOREIGN_MARKERS,
    NAMED,
    Marker,
)
from skyflytt.outlook.fasttransfer.places import Places
from skyflytt.outlook.fasttransfer.strings import Strings
from skyflytt.outlook.mapi import Message, Named, Property, PropertyType, Value, tags
from skyflytt.outlook.mapi.types import MULTIPLE

_MARKERS = {int(marker): marker for marker in Marker}
_HAS_ATTACHMENTS_FLAG = 0x10


class StreamWarning(NamedTuple):
    """What the stream says is incomplete, or what could not be taken as it stands; `place` is "message", "attachment 2" …"""

    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


class Read(NamedTuple):
    """A message, and what a person should know of how it came."""

    message: Message
    warnings: tuple[StreamWarning, ...]


def read_stream(data: bytes, item: str = "") -> Message:
    """The message in the decoded <Data> of ExportItems; StreamTruncated, StreamMalformed with `item` as their key."""
    return read(data, item).message


def read(data: bytes, item: str = "") -> Read:
    """The message with the stream's warnings: errors that Exchange met while it exported, text in an unknown code page …

    Every property is kept as it came, but for the positions of recipients and attachments (PidTagRowid, PidTagAttachNumber):
    the lists' order says them. Strings are decoded by their code page, PtypString8 by the message's.
    """
    content = payload(data, item)
    return _Reader(content, item).read()


class _Reader:
    """One pass over the stream; what is open is a stack, so that embedded messages may be nested to any depth."""

    def __init__(self, content: Payload, item: str) -> None:
        self._cursor = Cursor(content, item)
        self._content = content
        self._warnings: list[StreamWarning] = []
        self._places = Places()
        self._strings = Strings(self._warn)

    def read(self) -> Read:
        cursor = self._cursor
        while not cursor.at_end:
            start = cursor.position
            tag = cursor.tag()
            if (marker := _MARKERS.get(tag)) is not None:
                self._marker(marker, start)
            elif tag in FOREIGN_MARKERS:
                cursor.malformed(f"the marker 0x{tag:08X} of a folder or of synchronisation", start)
            else:
                self._property(tag, start)
        return self._complete()

    def _complete(self) -> Read:
        self._end_error()
        if not self._places.complete:
            self._cursor.truncated(f"it ends within {self._places.path()}")
        message = self._places.root
        self._strings.decode()
        if not message.attachments and _says_attachments(message):
            self._miss_attachments()
        return Read(message, tuple(self._warnings))

    def _miss_attachments(self) -> None:
        if self._content.ends_on_full_buffer:
            self._cursor.truncated("the message has attachments, and the stream ends before the first")
        self._warn("message", "its flags say that it has attachments, and the stream has none")

    def _marker(self, marker: Marker, start: int) -> None:
        self._end_error()
        if marker == Marker.ERROR_INFO:
            self._places.enter_error()
        elif not self._places.follow(marker, first=start == 0 or self._only_warned):
            self._cursor.malformed(f"the marker {marker.name} has no place in {self._places.path()}", start)

    @property
    def _only_warned(self) -> bool:
        return bool(self._warnings) and not self._places.root.properties

    def _end_error(self) -> None:
        error = self._places.leave_error()
        if error is not None:
            details = ", ".join(f"{_spoken(key)} = {_shortened(value)}" for key, value in error.items())
            self._warn(self._places.path(), f"Exchange reports an error here: {details or 'no details'}")

    def _property(self, tag: int, start: int) -> None:
        identity, key = self._key(tag)
        value = self._cursor.value(tag & 0xFFFF)
        if tag == EC_WARNING:
            code = int(value) & 0xFFFFFFFF if isinstance(value, int) else 0
            self._warn(self._places.path(), f"Exchange warns that this may be incomplete (error 0x{code:08X})")
        elif tag != DELETE_SUBOBJECTS and not self._is_position(tag):
            self._keep(identity, key, value, start)

    def _key(self, tag: int) -> tuple[object, Property]:
        """What a bag has at most one of, and the property that stands for it."""
        if tag >> 16 < NAMED:
            return tag >> 16, _typed(tag)
        set_, name = self._cursor.name()
        return (set_, name), Named(set_, name, _typed(tag) & 0xFFFF)

    def _is_position(self, tag: int) -> bool:
        place = self._places.top
        return (tag == tags.ROWID and place.is_recipient) or (tag == tags.ATTACH_NUMBER and place.is_attachment)

    def _keep(self, identity: object, key: Property, value: Value | Encoded, start: int) -> None:
        place = self._places.top
        if place.ended:
            self._cursor.malformed("something follows the end of the message", start)
        if identity in place.seen:
            self._warn(self._places.path(), f"{_spoken(key)} came twice; the second, {_shortened(value)}, was left out")
            return
        place.seen.add(identity)
        if isinstance(value, Encoded):
            key = _as_multiple(key) if value.multiple else key
            scope = None if place.is_error else place.scope
            self._strings.add(place.bag, key, value, scope, self._places.path)
            return
        place.bag[key] = value
        if _type(key) == PropertyType.ERROR_CODE and isinstance(value, int):
            self._warn(self._places.path(), f"{_spoken(key)} came as error 0x{value:08X} in place of its value")

    def _warn(self, place: str, detail: str) -> None:
        self._warnings.append(StreamWarning(place, detail))


def _typed(tag: int) -> int:
    """The tag with the type that its value has in the model: strings of every code page are STRING there."""
    kind = tag & 0xFFFF
    if kind & 0x8000 or kind == PropertyType.STRING_8:
        kind = PropertyType.STRING
    elif kind == PropertyType.MULTIPLE_STRING_8:
        kind = PropertyType.MULTIPLE_STRING
    return tag & 0xFFFF0000 | kind


def _as_multiple(key: Property) -> Property:
    return key._replace(type=key.type | MULTIPLE) if isinstance(key, Named) else key | MULTIPLE


def _type(key: Property) -> int:
    return key.type if isinstance(key, Named) else key & 0xFFFF


def _spoken(key: Property) -> str:
    if not isinstance(key, Named):
        return f"property 0x{key:08X}"
    name = f"0x{key.name:04X}" if isinstance(key.name, int) else repr(key.name)
    return f"property {name} of {key.set}"


def _shortened(value: Value | Encoded) -> str:
    content = value.strings if isinstance(value, Encoded) else value
    text = content.hex() if isinstance(content, bytes) else str(content) if isinstance(content, UUID) else repr(content)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _says_attachments(message: Message) -> bool:
    flags = message.properties.get(tags.MESSAGE_FLAGS, 0)
    return bool(message.properties.get(tags.HAS_ATTACHMENTS)) or bool(
        isinstance(flags, int) and flags & _HAS_ATTACHMENTS_FLAG
    )
