"""The node and block B-trees, written bottom-up ([MS-PST] 2.2.2.7.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst.ndb.layout import PAGE, PageType
from skyflytt.outlook.pst.ndb.page import tree_page
from skyflytt.outlook.pst.ndb.space import Space

_ENTRY_BYTES = 488
_INNER_ENTRY = Struct("<QQQ")
_LEAF_ENTRY_BYTES = {PageType.BBT: 24, PageType.NBT: 32}
_KEY_BYTES = 8


class PageReference(NamedTuple):
    """A BREF ([MS-PST] 2.2.2.4)."""

    bid: int
    offset: int


def pages_needed(kind: PageType, entries: int) -> int:
    """How many pages the B-tree of so many entries has."""
    pages = level = max(1, -(-entries // _capacity(_LEAF_ENTRY_BYTES[kind])))
    while level > 1:
        level = -(-level // _capacity(_INNER_ENTRY.size))
        pages += level
    return pages


class TreePages:
    """Writes B-trees page after page; page BIDs count from 1 on."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.next_bid = 1
        """bidNextP."""

    def write(self, kind: PageType, entries: Iterable[bytes]) -> PageReference:
        """Writes the tree over leaf entries that ascend by their first 8 bytes; returns its root page."""
        size, level = _LEAF_ENTRY_BYTES[kind], 0
        while True:
            above = bytearray()
            for body in _bodies(entries, size):
                page = self._page(kind, body, size, level)
                above += _INNER_ENTRY.pack(int.from_bytes(body[:_KEY_BYTES], "little"), *page)
            if len(above) == _INNER_ENTRY.size:
                return page
            entries, size, level = _cut(above, _INNER_ENTRY.size), _INNER_ENTRY.size, level + 1

    def _page(self, kind: PageType, body: bytes, entry_size: int, level: int) -> PageReference:
        place = self._space.take(PAGE, PAGE)
        span = self._space.span
        page = PageReference(self.next_bid, span.offset + place)
        self.next_bid += 1
        counts = bytes([len(body) // entry_size, _capacity(entry_size), entry_size, level, 0, 0, 0, 0])
        data = body.ljust(_ENTRY_BYTES, b"\0") + counts
        span.data[place : place + PAGE] = tree_page(kind, data, page.offset, page.bid)
        return page


def _capacity(entry_size: int) -> int:
    return _ENTRY_BYTES // entry_size


def _cut(data: bytearray, size: int) -> Iterator[bytes]:
    return (bytes(data[at : at + size]) for at in range(0, len(data), size))


def _bodies(entries: Iterable[bytes], size: int) -> Iterator[bytes]:
    remaining, capacity = iter(entries), _capacity(size)
    body = b"".join(islice(remaining, capacity))
    # A tree without entries still has its one page.
    yield body
    while body := b"".join(islice(remaining, capacity)):
        yield body
