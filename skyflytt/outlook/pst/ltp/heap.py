"""Heap-on-node: small items in a node's data blocks, addressed by HIDs ([MS-PST] 2.3.1)."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from enum import IntEnum
from struct import Struct

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.pst.ltp.hid import MAX_BLOCKS, MAX_ITEM, MAX_ITEMS, make_hid
from skyflytt.outlook.pst.ndb import NodeDatabase, Tree
from skyflytt.outlook.pst.ndb.layout import MAX_BLOCK_DATA

_HNHDR = Struct("<HBBI4s")
_HNPAGEHDR = Struct("<H")
_HNBITMAPHDR = Struct("<H64s")
_HNPAGEMAP = Struct("<HH")
_BLOCK_SIGNATURE = 0xEC
_FIRST_LEVELS = 8
"""Blocks whose fill levels stand in the HNHDR ([MS-PST] 2.3.1.2)."""
_BITMAP_LEVELS = 128
"""Blocks whose fill levels stand in one HNBITMAPHDR, its own included ([MS-PST] 2.3.1.4)."""
_FREE_AT_LEVEL = (0, 8, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3584)
"""Free bytes from which on a block has fill level 15, 14 ... 0 ([MS-PST] 2.3.1.2)."""


class ClientSignature(IntEnum):
    """bClientSig: what the heap is for ([MS-PST] 2.3.1.2)."""

    PROPERTY_CONTEXT = 0xBC
    TABLE_CONTEXT = 0x7C


class Heap:
    """Writes a heap item after item. Only block 0, the block in work and the last block with fill levels are held; all else is written.

    The items of block 0 can be replaced (`put`) until the heap is complete.
    """

    def __init__(self, database: NodeDatabase, client: ClientSignature) -> None:
        self._database = database
        self._client = client
        self._bids = array("Q")
        self._levels = bytearray()
        self._first = self._current = _HeapBlock(0)
        self._bitmap: _HeapBlock | None = None
        self.blocks = 1
        """Blocks begun so far."""

    def add(self, data: bytes) -> int:
        """Puts 1 to 3580 bytes into the heap; returns their HID. Raises ItemTooLarge when 65,536 blocks are full."""
        if not 0 < len(data) <= MAX_ITEM:
            raise ValueError(f"a heap item has 1 to {MAX_ITEM} bytes, not {len(data)}")
        hid = self._current.add(data)
        if hid is None:
            self._begin_block()
            hid = self._current.add(data)
            assert hid is not None
        return hid

    def size_with(self, items: Iterable[int]) -> int:
        """Bytes of the complete heap, when items of these sizes will have been added."""
        blocks, end, allocations = len(self._bids), *self._current.extent
        for size in items:
            if not _fits(end, allocations, size):
                blocks += 1
                end, allocations = _header_size(blocks), 1
            end, allocations = end + size, allocations + 1
        return blocks * MAX_BLOCK_DATA + _end(end, allocations)

    def put(self, hid: int, data: bytes) -> None:
        """Replaces an item of block 0 by one of the same size."""
        self._first.put(hid, data)

    def complete(self, user_root: int) -> Tree:
        """Writes what is held; `user_root` is the HID of the item that describes the rest."""
        last = self._current
        self._seal(last=True)
        if self._bitmap is not None:
            self._write_bitmap(last)
        self._first.set_header(_HNHDR.pack(0, _BLOCK_SIGNATURE, self._client, user_root, self._fill_levels(0)))
        self._bids[0] = self._database.block(self._first.data(last=self._first is last))
        size = (len(self._bids) - 1) * MAX_BLOCK_DATA + last.size
        return self._database.tree(self._bids, size)

    def _begin_block(self) -> None:
        self._seal()
        if self.blocks == MAX_BLOCKS:
            raise ItemTooLarge("a table", f"its values fill more than {MAX_BLOCKS} heap blocks")
        self._current = _HeapBlock(self.blocks)
        self.blocks += 1

    def _seal(self, *, last: bool = False) -> None:
        block = self._current
        self._levels.append(block.fill_level)
        held = block.index == 0 or _has_bitmap(block.index)
        self._bids.append(0 if held else self._database.block(block.data(last=last)))
        if _has_bitmap(block.index):
            self._bitmap = block
        if self._bitmap is not None and block.index == self._bitmap.index + _BITMAP_LEVELS - 1 and not last:
            self._write_bitmap(block)

    def _write_bitmap(self, last: _HeapBlock) -> None:
        block, self._bitmap = self._bitmap, None
        assert block is not None
        block.set_header(_HNBITMAPHDR.pack(0, self._fill_levels(block.index)))
        self._bids[block.index] = self._database.block(block.data(last=block is last))

    def _fill_levels(self, block: int) -> bytes:
        count = _BITMAP_LEVELS if block else _FIRST_LEVELS
        levels = self._levels[block : block + count].ljust(count, b"\0")
        # Two levels per byte, the earlier block's in the low half.
        return bytes(low | high << 4 for low, high in zip(levels[::2], levels[1::2], strict=True))


class _HeapBlock:
    """One block of a heap: header, items, page map ([MS-PST] 2.3.1.2 to 2.3.1.5)."""

    def __init__(self, index: int) -> None:
        self.index = index
        self._header_size = _header_size(index)
        self._data = bytearray(self._header_size)
        self._ends = array("H", [self._header_size])

    def add(self, data: bytes) -> int | None:
        """Appends an item; returns its HID, None where it or its place in the page map finds no room."""
        end, allocations = len(self._data), len(self._ends)
        if not _fits(end, allocations, len(data)):
            return None
        self._data += data
        self._ends.append(end + len(data))
        return make_hid(self.index, allocations)

    def put(self, hid: int, data: bytes) -> None:
        """Replaces an item by one of the same size."""
        index = hid >> 5
        start, end = self._ends[index - 1 : index + 1]
        if end - start != len(data):
            raise ValueError(f"the heap item {hid:#x} has {end - start} bytes, not {len(data)}")
        self._data[start:end] = data

    def set_header(self, header: bytes) -> None:
        """Fills in the header; ibHnpm is added by `data`."""
        self._data[: len(header)] = header

    @property
    def extent(self) -> tuple[int, int]:
        """Where the items end, and the entries of the page map."""
        return len(self._data), len(self._ends)

    @property
    def size(self) -> int:
        """The block's bytes without padding."""
        return _end(len(self._data), len(self._ends))

    @property
    def fill_level(self) -> int:
        """Its nibble in rgbFillLevel: 0 for 3584 free bytes and more, 15 for less than 8."""
        return len(_FREE_AT_LEVEL) - bisect_right(_FREE_AT_LEVEL, MAX_BLOCK_DATA - self.size)

    def data(self, *, last: bool) -> bytes:
        """The block as it is stored; every block but the heap's last is padded to the full size."""
        page_map = len(self._data) + 1 & ~1
        _HNPAGEHDR.pack_into(self._data, 0, page_map)
        counts = _HNPAGEMAP.pack(len(self._ends) - 1, 0)
        whole = bytes(self._data).ljust(page_map, b"\0") + counts + self._ends.tobytes()
        return whole if last else whole.ljust(MAX_BLOCK_DATA, b"\0")


def _fits(items_end: int, allocations: int, size: int) -> bool:
    # `_end` of what there will be, written out: this is asked for every value of a file.
    return allocations <= MAX_ITEMS and (items_end + size + 1 & ~1) + 6 + 2 * allocations <= MAX_BLOCK_DATA


def _end(items_end: int, allocations: int) -> int:
    return (items_end + 1 & ~1) + _HNPAGEMAP.size + 2 * allocations


def _has_bitmap(index: int) -> bool:
    return index >= _FIRST_LEVELS and (index - _FIRST_LEVELS) % _BITMAP_LEVELS == 0


def _header_size(index: int) -> int:
    if index == 0:
        return _HNHDR.size
    return _HNBITMAPHDR.size if _has_bitmap(index) else _HNPAGEHDR.size
