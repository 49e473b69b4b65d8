"""One span of the file, filled front to back in memory and written whole ([MS-PST] 2.2.2.7.2 to 2.2.2.7.6)."""

from __future__ import annotations

from skyflytt.outlook.pst.ndb.layout import (
    MAP_BYTES,
    PAGE,
    SLOT,
    SPAN,
    PageType,
    holds_fpmap,
    map_pages,
    span_offset,
)
from skyflytt.outlook.pst.ndb.page import map_page

_SLOTS = SPAN // SLOT


class Span:
    """`data` is the span's bytes; what was not taken from it is free in its AMap.

    The page behind an FPMap stays free, and holds a copy of it: FMap and FPMap never meet in one span, and implementations differ in whether
    the FPMap takes the FMap's empty place or keeps its own.
    """

    def __init__(self, index: int) -> None:
        self.index = index
        self.offset = span_offset(index)
        self.data = bytearray(SPAN)
        self._gaps: list[tuple[int, int]] = []
        self._end = 0
        for kind in map_pages(index):
            self._reserve(kind)
        if holds_fpmap(index):
            self._gaps.append((self._end // SLOT, PAGE // SLOT))
            self._reserve(PageType.FPMAP)

    @property
    def used(self) -> int:
        """Bytes from the span's start to the end of what was taken last."""
        return self._end

    def take(self, size: int, alignment: int = SLOT) -> int | None:
        """The place of `size` more bytes, a multiple of 64, counted from the span's start; None where they do not fit any more."""
        start = -(-self._end // alignment) * alignment
        if start + size > SPAN:
            return None
        if start > self._end:
            self._gaps.append((self._end // SLOT, (start - self._end) // SLOT))
        self._end = start + size
        return start

    def complete(self) -> tuple[int, int]:
        """Fills in the AMap. Returns the free slots of 64 bytes, and the longest run of them."""
        runs = [*self._gaps, (self._end // SLOT, _SLOTS - self._end // SLOT)]
        bits = (1 << _SLOTS) - 1
        for start, length in runs:
            bits &= ~(((1 << length) - 1) << (_SLOTS - start - length))
        self.data[:PAGE] = map_page(PageType.AMAP, bits.to_bytes(MAP_BYTES, "big"), self.offset)
        return sum(length for _, length in runs), max(length for _, length in runs)

    def _reserve(self, kind: PageType) -> None:
        # FMaps are written once what they tell is known; PMaps and FPMaps say "nothing free here", as Outlook no longer reads them.
        if kind in {PageType.PMAP, PageType.FPMAP}:
            page = map_page(kind, b"\xff" * MAP_BYTES, self.offset + self._end)
            self.data[self._end : self._end + PAGE] = page
        self._end += PAGE
