"""Blocks: data, and the lists of blocks and subnodes behind larger data ([MS-PST] 2.2.2.8)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from struct import Struct

from skyflytt.outlook.pst.integrity import crc, signature
from skyflytt.outlook.pst.ndb.layout import SLOT
from skyflytt.outlook.pst.ndb.space import Space

_TRAILER = Struct("<HHIQ")
_BBT_ENTRY = Struct("<QQHHI")
_INTERNAL = 2
_ONE_REFERENCE = 2
"""cRef counts the block's own entry in the BBT too ([MS-PST] 2.2.2.7.7.3.1)."""
_MAX_COUNT = 0xFFFF


class Blocks:
    """Writes blocks and remembers what the block B-tree says of each: 10 bytes per block.

    BIDs are given in steps of 4 from 4 on; bit 1 marks an internal block, bit 0 stays clear ([MS-PST] 2.2.2.2).
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        # Offsets are multiples of 64: the flag of internal blocks finds room in them.
        self._offsets = array("Q")
        self._sizes = array("H")
        self._further_references: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def next_bid(self) -> int:
        """bidNextB."""
        return 4 * (len(self._sizes) + 1)

    def append(self, stored: bytes, *, internal: bool = False) -> int:
        """Writes a block as it is to stand in the file, at most 8176 bytes; returns its BID. It counts one reference."""
        size = len(stored)
        flag = _INTERNAL if internal else 0
        bid = 4 * (len(self._sizes) + 1) | flag
        whole = (size + _TRAILER.size + SLOT - 1) & -SLOT
        place = self._space.take(whole)
        span = self._space.span
        offset = span.offset + place
        span.data[place : place + size] = stored
        _TRAILER.pack_into(span.data, place + whole - _TRAILER.size, size, signature(offset, bid), crc(stored), bid)
        self._offsets.append(offset | flag)
        self._sizes.append(size)
        return bid

    def refer(self, bid: int) -> int:
        """Counts one more reference to a block; returns its BID. Raises ValueError above 65,534 in all: cRef has 16 bits."""
        further = self._further_references.get(bid, 0) + 1
        if further > _MAX_COUNT - _ONE_REFERENCE:
            raise ValueError(f"the block {bid:#x} cannot have more references")
        self._further_references[bid] = further
        return bid

    def entries(self) -> Iterator[bytes]:
        """BBTENTRYs in ascending order ([MS-PST] 2.2.2.7.7.3)."""
        further = self._further_references
        for number, (offset, size) in enumerate(zip(self._offsets, self._sizes, strict=True), 1):
            bid = 4 * number | offset & _INTERNAL
            yield _BBT_ENTRY.pack(bid, offset & ~_INTERNAL, size, _ONE_REFERENCE + further.get(bid, 0), 0)
