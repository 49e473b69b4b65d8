"""A message as a FastTransfer stream that UploadItems takes ([MS-OXCFXICS] 2.2.4, [MS-OXWSBTRF])."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from struct import error as StructError  # noqa: N812
from typing import Any, cast

from skyflytt.outlook.fasttransfer.buffers import TransferBuffers
from skyflytt.outlook.fasttransfer.framing import frame
from skyflytt.outlook.fasttransfer.lexemes import (
    COUNTED,
    DELETE_SUBOBJECTS,
    FIXED,
    MULTIPLE_BASES,
    NAMED,
    U32,
    UTF_16_STRING,
    Marker,
)
from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, Property, PropertyType, Value, tags
from skyflytt.outlook.mapi.types import MULTIPLE

OF_THE_STORE = frozenset(
    {
        *(tags.MESSAGE_SIZE, tags.HAS_ATTACHMENTS, tags.MESSAGE_RECIPIENTS, tags.MESSAGE_ATTACHMENTS),
        *(tags.ACCESS, tags.ACCESS_LEVEL, tags.RECORD_KEY, tags.ENTRY_ID),
        *(tags.PARENT_ENTRY_ID, tags.STORE_RECORD_KEY, tags.STORE_ENTRY_ID),
    }
)
"""What says where a message lies, or what its store computes: not written, for it would be untrue in the next store."""

_ANY_NAMED_ID = 0x8000


def write_stream(message: Message) -> bytes:
    """The message as <Data> of UploadItems before base64: records, and buffers of 31,680 bytes at most.

    All is kept but the properties OF_THE_STORE of messages; recipients and attachments are numbered in their order.
    Reading it back gives an equal message. ValueError for a property or a type that a stream cannot carry.
    """
    return frame(_Writer().write(message))


class _Writer:
    """Writes with a stack of what is still to come, so that embedded messages may be nested to any depth."""

    def __init__(self) -> None:
        self._buffers = TransferBuffers()

    def write(self, message: Message) -> Sequence[tuple[bytes | memoryview, ...]]:
        stack = [self._steps(message, outermost=True)]
        while stack:
            embedded = next(stack[-1], None)
            if embedded is None:
                stack.pop()
            else:
                stack.append(self._steps(embedded, outermost=False))
        return self._buffers.complete()

    def _steps(self, message: Message, *, outermost: bool) -> Iterator[Message]:
        """Write the message; whatever is yielded is to be written before the next step."""
        self._properties(message.properties, OF_THE_STORE)
        if outermost:
            self._property(DELETE_SUBOBJECTS, tags.MESSAGE_RECIPIENTS)
        for number, recipient in enumerate(message.recipients):
            self._recipient(number, recipient)
        if outermost:
            self._property(DELETE_SUBOBJECTS, tags.MESSAGE_ATTACHMENTS)
        for number, attachment in enumerate(message.attachments):
            yield from self._attachment(number, attachment)

    def _recipient(self, number: int, recipient: Properties) -> None:
        self._marker(Marker.START_RECIPIENT)
        self._property(tags.ROWID, number)
        self._properties(recipient, frozenset({tags.ROWID}))
        self._marker(Marker.END_RECIPIENT)

    def _attachment(self, number: int, attachment: Attachment) -> Iterator[Message]:
        self._marker(Marker.NEW_ATTACHMENT)
        self._property(tags.ATTACH_NUMBER, number)
        # An embedded message is its own content; the object of a PST only says where it lies.
        omitted = {tags.ATTACH_NUMBER} if attachment.embedded is None else {tags.ATTACH_NUMBER, tags.ATTACH_DATA_OBJECT}
        self._properties(attachment.properties, omitted)
        if attachment.embedded is not None:
            self._marker(Marker.START_EMBEDDED)
            yield attachment.embedded
            self._marker(Marker.END_EMBEDDED)
        self._marker(Marker.END_ATTACHMENT)

    def _marker(self, marker: Marker) -> None:
        self._buffers.head(U32.pack(marker))

    def _properties(self, properties: Properties, omitted: frozenset[int] | set[int]) -> None:
        for property_, value in properties.items():
            if property_ not in omitted:
                self._property(property_, value)

    def _property(self, property_: Property, value: Value) -> None:
        try:
            kind = property_.type if isinstance(property_, Named) else property_ & 0xFFFF
            write = _FORMS[kind]
            self._buffers.head(_head(property_))
            write(self._buffers, value)
        except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError, StructError) as error:
            raise ValueError(f"{property_!r} cannot be written to a stream: {error!r}") from error


@lru_cache(4096)
def _head(property_: Property) -> bytes:
    """Type, id and name of a property."""
    if isinstance(property_, Named):
        return _tag(property_.type, _ANY_NAMED_ID) + property_.set.bytes_le + _name(property_.name)
    if property_ >> 16 >= NAMED:
        raise ValueError("an id of 0x8000 and above needs its name")
    return _tag(property_ & 0xFFFF, property_ >> 16)


def _tag(kind: int, identifier: int) -> bytes:
    return U32.pack(identifier << 16 | (UTF_16_STRING if kind == PropertyType.STRING else kind))


def _name(name: int | str) -> bytes:
    if isinstance(name, int):
        return b"\0" + U32.pack(name)
    return b"\1" + _utf_16(name.split("\0")[0])


def _utf_16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def _counted(buffers: TransferBuffers, data: bytes) -> None:
    buffers.fixed(U32.pack(len(data)))
    if data:
        buffers.data(data)


def _string(buffers: TransferBuffers, text: str) -> None:
    _counted(buffers, _utf_16(text))


def _fixed(kind: int) -> Callable[[TransferBuffers, Any], None]:
    form = FIXED[kind]
    if kind == PropertyType.GUID:
        return lambda buffers, value: buffers.fixed(value.bytes_le)
    if kind == PropertyType.BOOLEAN:
        return lambda buffers, value: buffers.fixed(form.pack(bool(value)))
    return lambda buffers, value: buffers.fixed(form.pack(value))


def _multiple(write: Callable[[TransferBuffers, Any], None]) -> Callable[[TransferBuffers, Any], None]:
    def write_all(buffers: TransferBuffers, values: Sequence[Any]) -> None:
        buffers.fixed(U32.pack(len(values)))
        for value in values:
            write(buffers, value)

    return write_all


def _forms() -> Mapping[int, Callable[[TransferBuffers, Any], None]]:
    single: dict[int, Callable[[TransferBuffers, Any], None]] = {kind: _fixed(kind) for kind in FIXED}
    single |= dict.fromkeys(map(int, COUNTED), _counted)
    single[PropertyType.STRING] = _string
    several = {kind | MULTIPLE: _multiple(single[kind]) for kind in (*MULTIPLE_BASES, PropertyType.STRING)}
    return cast(Mapping[int, Callable[[TransferBuffers, Any], None]], single | several)


_FORMS = _forms()
