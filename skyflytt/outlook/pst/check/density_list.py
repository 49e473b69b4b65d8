"""The density list ([MS-PST] 2.2.2.7.4.2): optional; a damaged one is made anew by Outlook."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc, signature
from skyflytt.outlook.pst.structure import maps
from skyflytt.outlook.pst.structure.layout import DENSITY_LIST

WHERE = "DList"
MOST = 119


def check(inspection: Inspection) -> Iterator[Finding]:
    if not inspection.layout.unicode or inspection.pst.size < DENSITY_LIST + 512:
        return
    page = inspection.pst.page(DENSITY_LIST)
    if not any(page):
        return
    trailer = inspection.layout.trailer_of_page(page)
    if trailer.kind != maps.DENSITY_LIST or trailer.kind_repeat != trailer.kind or trailer.crc != crc(page[:496]):
        yield Finding("dlist.invalid", DENSITY_LIST, WHERE, "its type or checksum is wrong")
        return
    if trailer.signature != signature(DENSITY_LIST, trailer.bid):
        yield Finding("dlist.signature", DENSITY_LIST, WHERE, f"wSig is {trailer.signature:#x}")
    yield from entries(inspection, page)


def entries(inspection: Inspection, page: bytes) -> Iterator[Finding]:
    count = page[1]
    if count > MOST:
        yield Finding("dlist.entries", DENSITY_LIST, WHERE, f"it has {count} entries, {MOST} are the most")
        return
    values = unpack_from(f"<{count}I", page, 8)
    free = [value >> 20 for value in values]
    if any(value & 0xFFFFF >= inspection.spans for value in values) or free != sorted(free, reverse=True):
        yield Finding(
            "dlist.entries", DENSITY_LIST, WHERE, "its entries name maps that are not there, or are not in order"
        )
