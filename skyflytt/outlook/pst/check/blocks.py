"""Every block of the block tree: place, size, trailer, BID ([MS-PST] 2.2.2.8), and the blocks that it refers to."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.block_trees import check_internal
from skyflytt.outlook.pst.check.finding import Finding, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc, signature
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import INTERNAL
from skyflytt.outlook.pst.structure.keys import Block
from skyflytt.outlook.pst.structure.layout import FIRST_MAP, SLOT_BYTES, SPAN_BYTES


def check(inspection: Inspection) -> Iterator[Finding]:
    blocks = inspection.database.blocks
    for position in range(len(blocks)):
        block = blocks[position]
        try:
            yield from check_block(inspection, block)
        except Broken as broken:
            yield found(broken, f"block {block.bid:#x}")
        if block.bid & INTERNAL:
            yield from check_internal(inspection, block)
        inspection.step()


def check_block(inspection: Inspection, block: Block) -> Iterator[Finding]:
    bid, offset, size, _ = block
    layout = inspection.layout
    area = layout.stored_size(size)
    stored = inspection.pst.read(offset, area)
    trailer = layout.trailer_of_block(stored)
    wrong_place = offset % SLOT_BYTES or offset < FIRST_MAP
    if wrong_place or (offset - FIRST_MAP) // SPAN_BYTES != (offset + area - 1 - FIRST_MAP) // SPAN_BYTES:
        yield Finding(
            "block.place", offset, f"block {bid:#x}", "it is not on a multiple of 64, or crosses a map's span"
        )
    elif not inspection.usage.mark(offset, area):
        yield Finding("amap.overlap", offset, f"block {bid:#x}", "its bytes are in use by something else")
    if not 0 < size <= layout.block_data:
        yield Finding("block.size", offset, f"block {bid:#x}", f"it has {size} bytes of data")
    if trailer.size != size or trailer.bid != bid:
        detail = f"its trailer has {trailer.size} bytes and bid {trailer.bid:#x}, the tree {size} bytes"
        yield Finding("block.trailer", offset, f"block {bid:#x}", detail)
    if trailer.signature != signature(offset, bid):
        yield Finding("block.signature", offset, f"block {bid:#x}", f"wSig is {trailer.signature:#x}")
    if trailer.crc != crc(memoryview(stored)[:size]):
        yield Finding("block.crc", offset, f"block {bid:#x}", f"dwCRC is {trailer.crc:#010x}")
    if bid & 1:
        yield Finding("block.bid-bit", offset, f"block {bid:#x}", "bit 0 of its bid is set")
    if bid >= inspection.header.next_block_bid or not bid >> 2:
        yield Finding(
            "block.bid-beyond", offset, f"block {bid:#x}", f"bidNextB is {inspection.header.next_block_bid:#x}"
        )
