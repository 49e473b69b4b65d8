"""Heap-on-node: items of up to 3580 bytes, addressed by HID ([MS-PST] 2.3.1)."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from struct import Struct, unpack_from
from typing import NamedTuple

from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Database

PROPERTY_CONTEXT, TABLE_CONTEXT, BTH = 0xBC, 0x7C, 0xB5
SIGNATURE = 0xEC
HEADER = Struct("<HBBI4s")
LARGEST_ITEM = 3580
FILL_FREE = (3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8, 0)
"""The least free bytes of each fill level, 0 to 15 ([MS-PST] 2.3.1.2)."""
CACHED_PAGES = 24


class HeapPage(NamedTuple):
    """One block of a heap. Item n (from 1) is data[starts[n-1]:starts[n]]; `freed` is cFree."""

    number: int
    offset: int
    data: bytes
    map_offset: int
    freed: int
    starts: tuple[int, ...]


class Heap:
    """The heap in the data tree `bid`. Pages are read when needed; a few stay in memory."""

    def __init__(self, database: Database, bid: int) -> None:
        self.database = database
        self.bids: array[int] = database.data_bids(bid)
        self.offset = database.offset(self.bids[0]) if self.bids else 0
        """Of the first block, for findings."""
        self._pages: OrderedDict[int, HeapPage] = OrderedDict()
        if not self.bids:
            raise Broken("heap.empty", 0, "there is no heap: the node has no data")
        first = self.page(0)
        if len(first.data) < HEADER.size:
            raise Broken("heap.header", first.offset, f"the heap's header is cut off after {len(first.data)} bytes")
        _, signature, self.client, self.root, self.fill = HEADER.unpack_from(first.data)
        if signature != SIGNATURE:
            raise Broken("heap.header", first.offset, f"the heap's signature is {signature:#x}, not 0xec")

    def page(self, number: int) -> HeapPage:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._read(number)
            if len(self._pages) > CACHED_PAGES:
                self._pages.popitem(last=False)
        return page

    def _read(self, number: int) -> HeapPage:
        if number >= len(self.bids):
            raise Broken("heap.hid", self.offset, f"the heap has {len(self.bids)} blocks and no block {number}")
        bid = self.bids[number]
        offset, data = self.database.located_data(bid)
        map_offset = data[0] | data[1] << 8 if len(data) > 1 else 0xFFFF
        if map_offset + 4 > len(data):
            raise Broken(
                "heap.map", offset, f"the page map (ibHnpm {map_offset}) lies outside its block of {len(data)}"
            )
        count, freed = unpack_from("<HH", data, map_offset)
        if map_offset + 4 + 2 * (count + 1) > len(data):
            raise Broken(
                "heap.map", offset, f"the page map of {count} items does not fit into its block of {len(data)}"
            )
        starts = unpack_from(f"<{count + 1}H", data, map_offset + 4)
        return HeapPage(number, offset, data, map_offset, freed, starts)

    def item(self, hid: int) -> bytes:
        """The bytes of one item. Raises Broken where the HID names none."""
        number, index = hid >> 16, hid >> 5 & 0x7FF
        page = self._pages.get(number) or self.page(number)
        starts = page.starts
        if hid & 0x1F or not 0 < index < len(starts):
            raise Broken("heap.hid", page.offset, f"the HID {hid:#x} names no item (the block has {len(starts) - 1})")
        start, end = starts[index - 1], starts[index]
        if not start <= end <= page.map_offset:
            raise Broken("heap.map", page.offset, f"the item {hid:#x} runs from {start} to {end}, beyond its page map")
        return page.data[start:end]


def header_size(number: int) -> int:
    """What stands before the first item in the block `number` of a heap: HNHDR, HNBITMAPHDR or HNPAGEHDR."""
    if number == 0:
        return 12
    return 66 if number >= 8 and (number - 8) % 128 == 0 else 2
