"""The file's space: spans one after the other, and what ROOT and the FMaps say of them ([MS-PST] 2.2.2.5, 2.6.1.1)."""

from __future__ import annotations

from array import array
from typing import BinaryIO

from skyflytt.outlook.pst.ndb.layout import (
    FIRST_SPAN,
    MAP_BYTES,
    PAGE,
    SLOT,
    SPAN,
    PageType,
    holds_fmap,
    reserved_pages,
    span_offset,
)
from skyflytt.outlook.pst.ndb.page import map_page
from skyflytt.outlook.pst.ndb.span import Span


class Space:
    """Gives out space front to back. Each span is written when it is full, so that the file is written in large pieces and read never."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._free_slots = 0
        self._longest_runs = array("B")
        self.span = Span(0)
        out.write(bytes(FIRST_SPAN))

    @property
    def free_bytes(self) -> int:
        """cbAMapFree of the spans that were written."""
        return self._free_slots * SLOT

    @property
    def size_bytes(self) -> int:
        """The file's size with the current span."""
        return span_offset(self.span.index + 1)

    def size_with_pages(self, pages: int) -> int:
        """The file's size when `pages` more pages have been put behind what there is."""
        missing = pages - (SPAN - self.span.used) // PAGE
        first = self.span.index + 1
        spans = max(0, -(-missing // (SPAN // PAGE - 1)))
        while spans * (SPAN // PAGE) - reserved_pages(first + spans) + reserved_pages(first) < missing:
            spans += 1
        return span_offset(first + spans)

    def take(self, size: int, alignment: int = SLOT) -> int:
        """Room for `size` bytes (a multiple of 64, at most 8192) in `span`; the place is counted from the span's start."""
        place = self.span.take(size, alignment)
        while place is None:
            self._write_span()
            self.span = Span(self.span.index + 1)
            place = self.span.take(size, alignment)
        return place

    def complete(self) -> None:
        """Writes the last span and the FMaps; the header is still to be written."""
        self._write_span()
        for span in filter(holds_fmap, range(len(self._longest_runs))):
            offset = span_offset(span) + 2 * PAGE
            runs = self._longest_runs[span : span + MAP_BYTES].tobytes().ljust(MAP_BYTES, b"\0")
            self._out.seek(offset)
            self._out.write(map_page(PageType.FMAP, runs, offset))

    def _write_span(self) -> None:
        free, longest = self.span.complete()
        self._free_slots += free
        self._longest_runs.append(min(longest, 255))
        self._out.write(self.span.data)
