"""Where things stand in the file: spans of one AMap each, and the map pages at their fixed places ([MS-PST] 1.3.2, 2.2.2.7).

A span is the 253,952 bytes that one AMap maps, the AMap itself included. The file is the header, then whole spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

PAGE = 512
SLOT = 64
"""Bytes per bit of an AMap; blocks start at multiples of it."""
MAP_BYTES = 496
SPAN = MAP_BYTES * 8 * SLOT
FIRST_SPAN = 0x4400
"""The file offset of the first AMap ([MS-PST] 2.2.2.7.2)."""
MAX_BLOCK = 8192
MAX_BLOCK_DATA = 8176
"""A block without its trailer ([MS-PST] 2.2.2.8.3.1)."""

_AMAPS_PER_PMAP = 8
_HEADER_FMAP = 128
"""AMaps that the header's own rgbFM covers ([MS-PST] 2.2.2.7.5)."""
_HEADER_FPMAP = 128 * 64
_AMAPS_PER_FPMAP = MAP_BYTES * 64


class PageType(IntEnum):
    """ptype ([MS-PST] 2.2.2.7.1)."""

    BBT = 0x80
    NBT = 0x81
    FMAP = 0x82
    PMAP = 0x83
    AMAP = 0x84
    FPMAP = 0x85
    DLIST = 0x86


def span_offset(span: int) -> int:
    """The file offset of the span's AMap; also the file's size when the file has `span` spans."""
    return FIRST_SPAN + span * SPAN


def holds_fmap(span: int) -> bool:
    """Whether this span holds an FMap ([MS-PST] 2.2.2.7.5)."""
    return span >= _HEADER_FMAP and (span - _HEADER_FMAP) % MAP_BYTES == 0


def holds_fpmap(span: int) -> bool:
    """Whether this span holds an FPMap ([MS-PST] 2.2.2.7.6); no span holds an FMap and an FPMap."""
    return span >= _HEADER_FPMAP and (span - _HEADER_FPMAP) % _AMAPS_PER_FPMAP == 0


def map_pages(span: int) -> Iterator[PageType]:
    """The map pages at the start of a span, one after the other."""
    yield PageType.AMAP
    if span % _AMAPS_PER_PMAP == 0:
        yield PageType.PMAP
    if holds_fmap(span):
        yield PageType.FMAP
    if holds_fpmap(span):
        yield PageType.FPMAP


def reserved_pages(spans: int) -> int:
    """How many pages of the first `spans` spans blocks and B-trees cannot use (an FPMap takes two, see `ndb.span`)."""
    fmaps = _periodic(spans, _HEADER_FMAP, MAP_BYTES)
    fpmaps = _periodic(spans, _HEADER_FPMAP, _AMAPS_PER_FPMAP)
    return spans + _periodic(spans, 0, _AMAPS_PER_PMAP) + fmaps + 2 * fpmaps


def _periodic(spans: int, first: int, period: int) -> int:
    return max(0, -(-(spans - first) // period))
