"""BTree-on-Heap, with its index levels ([MS-PST] 2.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.heap import BTH, Heap

KEY_SIZES, DEEPEST = (2, 4, 8, 16), 8


class Tree:
    """A BTH whose header is the item `hid` of the heap."""

    def __init__(self, heap: Heap, hid: int) -> None:
        self.heap = heap
        header = heap.item(hid)
        if len(header) != 8 or header[0] != BTH:
            raise Broken("bth.header", heap.offset, f"the item {hid:#x} is no BTH header ({header[:8].hex()})")
        self.key_size, self.data_size, self.levels = header[1], header[2], header[3]
        self.root = int.from_bytes(header[4:8], "little")
        if self.key_size not in KEY_SIZES or not 0 < self.data_size <= 32 or self.levels > DEEPEST:
            raise Broken(
                "bth.header", heap.offset, f"keys of {self.key_size}, data of {self.data_size}, {self.levels} levels"
            )

    def leaves(self) -> Iterator[bytes]:
        """The leaf items in order: each a run of records of `key_size + data_size` bytes. Raises Broken at damage."""
        if self.root:
            yield from self._below(self.root, self.levels, None, set())

    def _below(self, hid: int, level: int, key: bytes | None, seen: set[int]) -> Iterator[bytes]:
        if hid in seen:
            raise Broken("bth.loop", self.heap.offset, f"the item {hid:#x} is used twice in one BTH")
        seen.add(hid)
        item = self.heap.item(hid)
        width = self.key_size + (4 if level else self.data_size)
        if not item or len(item) % width:
            raise Broken(
                "bth.item-size", self.heap.offset, f"the item {hid:#x} has {len(item)} bytes, records have {width}"
            )
        if key is not None and item[: self.key_size] != key:
            raise Broken("bth.index-key", self.heap.offset, f"the key above the item {hid:#x} is not its first key")
        if not level:
            yield item
            return
        for start in range(0, len(item), width):
            child = int.from_bytes(item[start + self.key_size : start + width], "little")
            yield from self._below(child, level - 1, item[start : start + self.key_size], seen)
