"""The attributes of a TNEF stream ([MS-OXTNEF] 2.1.3), and a reader of its numbers and padded values."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = 0x223E9F78
MESSAGE, ATTACHMENT = 1, 2
"""attrLevel."""

_HEAD = struct.Struct("<BII")


class CutOff(Exception):
    """The bytes end before the value does. Never leaves this package."""


class Attribute(NamedTuple):
    """`id` with its type in the high word."""

    level: int
    id: int
    data: bytes


def attributes(data: bytes) -> Iterator[Attribute]:
    """Every attribute that is whole; the first that is not ends it. Checksums are not looked at: there is no better copy."""
    at = 6
    while at + _HEAD.size <= len(data):
        level, number, size = _HEAD.unpack_from(data, at)
        begin = at + _HEAD.size
        at = begin + size + 2
        if level not in (MESSAGE, ATTACHMENT) or at > len(data):
            return
        yield Attribute(level, number, data[begin : begin + size])


def is_tnef(data: bytes) -> bool:
    """Whether the signature is there."""
    return len(data) >= 6 and int.from_bytes(data[:4], "little") == SIGNATURE


class Cursor:
    """Reads on through bytes; raises CutOff at their end."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self.at + size
        if end > len(self.data):
            raise CutOff
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def padded(self, size: int) -> bytes:
        """The next `size` bytes, and past the padding to four bytes; the last value of all may lack it."""
        taken = self.take(size)
        self.at = min(len(self.data), self.at + -size % 4)
        return taken

    def u16(self) -> int:
        """An unsigned number of two bytes."""
        return int.from_bytes(self.take(2), "little")

    def u32(self) -> int:
        """An unsigned number of four bytes."""
        return int.from_bytes(self.take(4), "little")
