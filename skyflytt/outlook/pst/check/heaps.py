"""Heaps: page maps, fill levels and headers of every block ([MS-PST] 2.3.1)."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from skyflytt.outlook.pst.check.finding import Finding, Place, at
from skyflytt.outlook.pst.structure.database import Database
from skyflytt.outlook.pst.structure.heap import FILL_FREE, LARGEST_ITEM, Heap, HeapPage, header_size

MOST_ITEMS = 2047
FILL_BLOCK = 8176


def read_heap(database: Database, bid: int, place: Place) -> Generator[Finding, None, Heap]:
    """The heap in the data tree `bid`, checked. Raises Broken where it is none."""
    heap = Heap(database, bid)
    yield from check_heap(heap, place)
    return heap


def check_heap(heap: Heap, place: Place) -> Iterator[Finding]:
    """Every block of the heap. Raises Broken where one cannot be read."""
    fill, first, count = heap.fill, 0, 8
    last = len(heap.bids) - 1
    for number in range(last + 1):
        page = heap.page(number)
        size = header_size(number)
        if size == 66:
            fill, first, count = page.data[2:66], number, 128
        yield from check_page(page, size, place)
        end = page.map_offset + 4 + 2 * len(page.starts)
        if number == last and end != len(page.data):
            yield Finding(
                "heap.padding", page.offset, at(place), f"{len(page.data) - end} bytes follow the last page map"
            )
        free = FILL_BLOCK - end
        within = number - first
        level = fill[within >> 1] >> (within & 1) * 4 & 15 if within < count else -1
        if free >= 0 and level != fill_level(free):
            detail = f"the fill level of block {number} is {level}, with {free} bytes free it is {fill_level(free)}"
            yield Finding("heap.fill-level", page.offset, at(place), detail)


def fill_level(free: int) -> int:
    return next(level for level, least in enumerate(FILL_FREE) if free >= least)


def check_page(page: HeapPage, size: int, place: Place) -> Iterator[Finding]:
    starts = page.starts
    if starts[0] != size:
        yield Finding("heap.first-item", page.offset, at(place), f"the first item begins at {starts[0]}, not at {size}")
    if (starts[-1] + 1) & ~1 != page.map_offset:
        yield Finding(
            "heap.map-place", page.offset, at(place), f"ibHnpm is {page.map_offset}, the items end at {starts[-1]}"
        )
    previous, empty, largest = starts[0], 0, 0
    for start in starts[1:]:
        length = start - previous
        if length <= 0:
            empty += 1
            if length < 0:
                yield Finding("heap.item-order", page.offset, at(place), f"an item ends at {start}, before it begins")
        elif length > largest:
            largest = length
        previous = start
    if empty != page.freed:
        yield Finding("heap.free-count", page.offset, at(place), f"cFree is {page.freed}, {empty} items are empty")
    if largest > LARGEST_ITEM or len(starts) - 1 > MOST_ITEMS:
        detail = f"{len(starts) - 1} items, the largest of {largest} bytes"
        yield Finding("heap.item-size", page.offset, at(place), detail)
