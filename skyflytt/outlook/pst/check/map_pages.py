"""AMap, PMap, FMap and FPMap pages: that each stands at its place, and is intact ([MS-PST] 2.2.2.7.2 to 2.2.2.7.5)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.layout import PAGE_BYTES
from skyflytt.outlook.pst.structure.maps import NAMES, MapPage, map_pages


def check(inspection: Inspection) -> Iterator[Finding]:
    for one in map_pages(inspection.spans):
        inspection.usage.mark(one.offset, PAGE_BYTES)
        where = f"{NAMES[one.kind]} of span {one.span}"
        try:
            page = inspection.pst.page(one.offset)
        except Broken as broken:
            yield found(broken, where)
        else:
            yield from check_page(inspection, one, page, where)


def check_page(inspection: Inspection, one: MapPage, page: bytes, where: str) -> Iterator[Finding]:
    layout = inspection.layout
    trailer = layout.trailer_of_page(page)
    if trailer.kind != one.kind or trailer.kind_repeat != one.kind:
        kinds = f"{trailer.kind:#x} {trailer.kind_repeat:#x}"
        yield Finding("map.missing", one.offset, where, f"the page there has the type {kinds}, not {one.kind:#x}")
        return
    if trailer.crc != crc(page[: layout.page_data]):
        yield Finding("map.crc", one.offset, where, f"dwCRC is {trailer.crc:#010x}")
    if trailer.bid != one.offset:
        yield Finding("map.bid", one.offset, where, f"its bid is {trailer.bid:#x}, not its offset")
    if trailer.signature:
        yield Finding("map.signature", one.offset, where, f"wSig is {trailer.signature:#x}, not 0")
