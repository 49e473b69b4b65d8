"""Reading one lexeme after the other from a joined FastTransfer stream."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct, unpack_from
from typing import NamedTuple, NoReturn
from uuid import UUID

from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer.framing import Payload
from skyflytt.outlook.fasttransfer.lexemes import CODE_PAGE, COUNTED, FIXED, MULTIPLE_BASES, STRINGS, U32
from skyflytt.outlook.mapi import PropertyType, codepages
from skyflytt.outlook.mapi.message import Value
from skyflytt.outlook.mapi.types import MULTIPLE

_NAME_BYTES = 0x10000
"""More than any name of a named property has."""

_NARROW = 0
"""Stands for "the message's own code page", which may come later in the stream than the string."""


class Encoded(NamedTuple):
    """The strings of one property before they are decoded; `code_page` 0 is that of the message."""

    code_page: int
    strings: tuple[bytes, ...]
    multiple: bool


class Cursor:
    """A position in the stream. What ends too early is StreamTruncated, what cannot be there is StreamMalformed, with its offset."""

    def __init__(self, payload: Payload, item: str) -> None:
        self._payload = payload
        self._stream = payload.stream
        self._size = len(payload.stream)
        self._item = item
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= self._size

    def malformed(self, detail: str, position: int) -> NoReturn:
        raise StreamMalformed(self._item, f"{detail} (byte {self._payload.offset(position)})")

    def truncated(self, detail: str) -> NoReturn:
        raise StreamTruncated(self._item, f"{detail}; its last byte is {self._payload.offset(self._size)}")

    def tag(self) -> int:
        """The next four bytes: a marker, or the type and id of a property."""
        start = self._advance(4)
        tag: int = U32.unpack_from(self._stream, start)[0]
        return tag

    def name(self) -> tuple[UUID, int | str]:
        """The set and the numeric or textual name that follow an id of 0x8000 and above."""
        start = self._advance(17)
        kind = self._stream[start + 16]
        if kind > 1:
            self.malformed(f"a named property of the unknown kind {kind}", start + 16)
        name = self._text_name() if kind else U32.unpack_from(self._stream, self._advance(4))[0]
        return UUID(bytes_le=self._stream[start : start + 16]), name

    def _text_name(self) -> str:
        start = end = self.position
        while (end := self._stream.find(b"\0\0", end, start + _NAME_BYTES)) >= 0 and (end - start) & 1:
            end += 1
        if end < 0:
            if self._size - start < _NAME_BYTES:
                self.truncated("it ends within the name of a property")
            self.malformed("a property's name has no end", start)
        self.position = end + 2
        return self._stream[start:end].decode("utf-16-le", "surrogatepass")

    def value(self, kind: int) -> Value | Encoded:
        """The value of a property of the type `kind`, as sent."""
        if kind in FIXED:
            return self._fixed(kind, FIXED[kind])
        if kind in COUNTED:
            return self._counted()
        if kind & CODE_PAGE or kind in STRINGS or kind & ~MULTIPLE in STRINGS:
            return self._strings(kind)
        base = kind & ~MULTIPLE
        if base == kind or base not in MULTIPLE_BASES:
            self.malformed(f"a property of the unknown type 0x{kind:04X}", self.position - 4)
        return self._multiple(base)

    def _fixed(self, kind: int, form: Struct) -> Value:
        value: Value = form.unpack_from(self._stream, self._advance(form.size))[0]
        if kind == PropertyType.BOOLEAN:
            return value != 0
        return UUID(bytes_le=value) if isinstance(value, bytes) else value

    def _counted(self) -> bytes:
        size = U32.unpack_from(self._stream, self._advance(4))[0]
        start = self._advance(size)
        return self._stream[start : start + size]

    def _strings(self, kind: int) -> Encoded:
        code_page, multiple = _string_form(kind)
        strings = tuple(self._several()) if multiple else (self._counted(),)
        return Encoded(code_page, strings, multiple)

    def _several(self) -> Iterator[bytes]:
        return (self._counted() for _ in range(self._count(4)))

    def _multiple(self, base: int) -> Value:
        if base == PropertyType.BINARY:
            return tuple(self._several())
        form = FIXED[base]
        count = self._count(form.size)
        start = self._advance(count * form.size)
        if base == PropertyType.GUID:
            ends = range(start, start + 16 * count, 16)
            return tuple(UUID(bytes_le=self._stream[end : end + 16]) for end in ends)
        values: tuple[int, ...] = unpack_from(f"<{count}{form.format[1:]}", self._stream, start)
        return values

    def _count(self, least: int) -> int:
        """How many values follow, of at least so many bytes each: believed only where there is room for them."""
        count: int = U32.unpack_from(self._stream, self._advance(4))[0]
        if count * least > self._size - self.position:
            self.truncated(
                f"{count} values should follow at byte {self._payload.offset(self.position)}, too many for what is left"
            )
        return count

    def _advance(self, size: int) -> int:
        start = self.position
        if size > self._size - start:
            missing = size - (self._size - start)
            self.truncated(f"{size} bytes should follow at byte {self._payload.offset(start)}, {missing} are missing")
        self.position = start + size
        return start


def _string_form(kind: int) -> tuple[int, bool]:
    """Code page, and whether multiple-valued.

    A type has 15 bits for the code page: those above 32767 (65001 for one) lose their highest. A multiple-valued string
    in a code page has 0x1000 set, as some code pages have by themselves: those that exist come first.
    """
    if not kind & CODE_PAGE:
        code_page = codepages.UTF_16 if kind & ~MULTIPLE == PropertyType.STRING else _NARROW
        return code_page, bool(kind & MULTIPLE)
    number = kind & ~CODE_PAGE
    for candidate, multiple in ((number, False), (number | CODE_PAGE, False), (number & ~MULTIPLE, True)):
        if codepages.codec(candidate) is not None:
            return candidate, multiple
    return number, False
