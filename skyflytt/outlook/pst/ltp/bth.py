"""BTree-on-heap: sorted records of one size in heap items, with index levels above ([MS-PST] 2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst.ltp.heap import Heap
from skyflytt.outlook.pst.ltp.hid import MAX_ITEM

_BTHHEADER = Struct("<BBBBI")
_BTH_TYPE = 0xB5
_HID = Struct("<I")


class Bth(NamedTuple):
    """The sizes of a BTH's keys and of the data beside them, in bytes."""

    key_size: int
    entry_size: int

    def reserve(self, heap: Heap) -> int:
        """Puts the header of an empty BTH into the heap; returns its HID."""
        return heap.add(self._header(0, 0))

    def write(self, heap: Heap, header: int, records: Iterable[bytes]) -> None:
        """Writes the records, ascending by key, and fills in the reserved header."""
        level, size = 0, self.key_size + self.entry_size
        items = list(_items(heap, records, size, self.key_size))
        while len(items) > 1:
            level, size = level + 1, self.key_size + _HID.size
            items = list(_items(heap, items, size, self.key_size))
        root = _HID.unpack(items[0][self.key_size :])[0] if items else 0
        heap.put(header, self._header(level, root))

    def item_sizes(self, records: int) -> Iterator[int]:
        """Of the items that `write` adds for so many records, in its order."""
        size = self.key_size + self.entry_size
        while records:
            most = MAX_ITEM // size
            items = -(-records // most)
            yield from [most * size] * (items - 1)
            yield (records - most * (items - 1)) * size
            records, size = items if items > 1 else 0, self.key_size + _HID.size

    def _header(self, levels: int, root: int) -> bytes:
        return _BTHHEADER.pack(_BTH_TYPE, self.key_size, self.entry_size, levels, root)


def _items(heap: Heap, records: Iterable[bytes], size: int, key_size: int) -> Iterator[bytes]:
    """Puts records into as few heap items as they fit into; yields each item's record for the index level above."""
    remaining = iter(records)
    while item := b"".join(islice(remaining, MAX_ITEM // size)):
        yield item[:key_size] + _HID.pack(heap.add(item))
