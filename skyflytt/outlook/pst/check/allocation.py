"""The bits of the allocation maps against what is really in use: neither an overlap nor a leak; free bytes; FMap."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.usage import MAP_BYTES, SLOTS, runs
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.layout import FIRST_MAP, PAGE_BYTES, SLOT_BYTES, SPAN_BYTES
from skyflytt.outlook.pst.structure.maps import (
    ALLOCATION_MAP,
    FIRST_FREE_MAP,
    FREE_MAP,
    FREE_MAP_INTERVAL,
    PAGE_MAP_INTERVAL,
    map_pages,
)

LONGEST_RUN = 255
ALL_PAGES = (1 << MAP_BYTES) - 1


def check(inspection: Inspection) -> Iterator[Finding]:
    if not inspection.header.maps_valid:
        return
    free, pages, longest = 0, 0, bytearray(inspection.spans)
    for span in range(inspection.spans):
        try:
            bits = map_bits(inspection, span)
        except Broken:
            continue
        used = int.from_bytes(inspection.usage.span(span), "big")
        free_pages, elsewhere = free_page_bits(inspection, span), beyond_end(inspection, span)
        pages += (free_pages & ~elsewhere).bit_count() * SLOT_BYTES
        yield from differences(
            span, "amap.leak", bits & ~used & ~free_pages & ~elsewhere, "marked as used, but nothing is there"
        )
        yield from differences(span, "pmap.used", used & free_pages, "in use, but free in the page map")
        yield from differences(span, "amap.unmarked", used & ~bits, "in use, but marked as free")
        free += SLOTS - bits.bit_count()
        longest[span] = min(LONGEST_RUN, max((count for _, count in runs(~bits & (1 << SLOTS) - 1)), default=0))
    if inspection.header.free_bytes != free * SLOT_BYTES:
        detail = f"cbAMapFree is {inspection.header.free_bytes}, the maps have {free * SLOT_BYTES} bytes free"
        yield Finding("root.free-bytes", 0xC8 if inspection.layout.unicode else 0xB0, "header (ROOT)", detail)
    if inspection.header.free_page_bytes != pages:
        detail = f"cbPMapFree is {inspection.header.free_page_bytes}, the page maps have {pages} bytes free"
        yield Finding("root.free-page-bytes", 0xD0 if inspection.layout.unicode else 0xB4, "header (ROOT)", detail)
    yield from free_maps(inspection, longest)


def map_bits(inspection: Inspection, span: int) -> int:
    page = inspection.pst.page(FIRST_MAP + span * SPAN_BYTES)
    trailer = inspection.layout.trailer_of_page(page)
    if trailer.kind != ALLOCATION_MAP:
        raise Broken("map.missing", FIRST_MAP + span * SPAN_BYTES, "no AMap")
    start = inspection.layout.map_start
    return int.from_bytes(page[start : start + MAP_BYTES], "big")


def free_page_bits(inspection: Inspection, span: int) -> int:
    """The pages that the page map has as free: older Outlook versions took pages from there, eight at a time."""
    group = span // PAGE_MAP_INTERVAL
    page = inspection.pst.page(FIRST_MAP + group * PAGE_MAP_INTERVAL * SPAN_BYTES + PAGE_BYTES)
    start = inspection.layout.map_start + span % PAGE_MAP_INTERVAL * (MAP_BYTES // PAGE_MAP_INTERVAL)
    bits = int.from_bytes(page[start : start + MAP_BYTES // PAGE_MAP_INTERVAL], "big")
    if bits == ALL_PAGES:
        return 0
    return int.from_bytes(bytes(0 if one == "1" else 0xFF for one in f"{bits:0{MAP_BYTES}b}"), "big")


def beyond_end(inspection: Inspection, span: int) -> int:
    """Slots behind the end of the file, where it ends within a span as ANSI files do."""
    there = (inspection.pst.size - FIRST_MAP - span * SPAN_BYTES) // SLOT_BYTES
    return (1 << max(0, SLOTS - there)) - 1


def differences(span: int, code: str, bits: int, what: str) -> Iterator[Finding]:
    for first, count in runs(bits) if bits else ():
        offset = FIRST_MAP + span * SPAN_BYTES + first * SLOT_BYTES
        yield Finding(code, offset, f"AMap of span {span}", f"{count * SLOT_BYTES} bytes at {offset:#x} are {what}")


def free_maps(inspection: Inspection, longest: bytearray) -> Iterator[Finding]:
    """FMap: for each allocation map the longest run of free slots."""
    for one in map_pages(inspection.spans):
        if one.kind == FREE_MAP and inspection.layout.unicode:
            page = inspection.pst.page(one.offset)
            number = (one.span - FIRST_FREE_MAP) // FREE_MAP_INTERVAL
            first = FIRST_FREE_MAP + number * FREE_MAP_INTERVAL
            expected = longest[first : first + FREE_MAP_INTERVAL]
            if page[: len(expected)] != bytes(expected):
                detail = "its bytes are not the longest free runs of its maps"
                yield Finding("fmap.runs", one.offset, f"FMap of span {one.span}", detail)
