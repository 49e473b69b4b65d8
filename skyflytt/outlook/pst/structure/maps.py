"""Where the map pages of a file stand ([MS-PST] 2.2.2.7.2 to 2.2.2.7.5): each at fixed intervals of allocation maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from skyflytt.outlook.pst.structure.layout import FIRST_MAP, PAGE_BYTES, SPAN_BYTES

FREE_MAP, PAGE_MAP, ALLOCATION_MAP, FREE_PAGE_MAP, DENSITY_LIST = 0x82, 0x83, 0x84, 0x85, 0x86
NAMES = {FREE_MAP: "FMap", PAGE_MAP: "PMap", ALLOCATION_MAP: "AMap", FREE_PAGE_MAP: "FPMap", DENSITY_LIST: "DList"}
FIRST_FREE_MAP, FREE_MAP_INTERVAL = 128, 496
FIRST_FREE_PAGE_MAP, FREE_PAGE_MAP_INTERVAL = 128 * 64, 496 * 64
PAGE_MAP_INTERVAL = 8


class MapPage(NamedTuple):
    kind: int
    offset: int
    span: int
    """The number of the allocation map that it stands behind, from 0; that of the map itself for an AMap."""


def map_pages(spans: int) -> Iterator[MapPage]:
    """Every map page of a file with `spans` allocation maps, in the order of the file."""
    for span in range(spans):
        offset = FIRST_MAP + span * SPAN_BYTES
        for kind in _kinds(span):
            yield MapPage(kind, offset, span)
            offset += PAGE_BYTES


def _kinds(span: int) -> Iterator[int]:
    yield ALLOCATION_MAP
    if span % PAGE_MAP_INTERVAL == 0:
        yield PAGE_MAP
    if span >= FIRST_FREE_MAP and (span - FIRST_FREE_MAP) % FREE_MAP_INTERVAL == 0:
        yield FREE_MAP
    if span >= FIRST_FREE_PAGE_MAP and (span - FIRST_FREE_PAGE_MAP) % FREE_PAGE_MAP_INTERVAL == 0:
        yield FREE_PAGE_MAP
