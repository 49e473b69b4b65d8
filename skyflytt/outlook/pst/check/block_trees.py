"""XBLOCK, XXBLOCK, SLBLOCK and SIBLOCK ([MS-PST] 2.2.2.8.3): sizes, levels, order; counts the references that they make."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from skyflytt.outlook.pst.check.finding import Finding, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import INTERNAL, SUBNODE_TREE, SubnodeBlock, XBlock
from skyflytt.outlook.pst.structure.keys import Block


def check_internal(inspection: Inspection, block: Block) -> Iterator[Finding]:
    where = f"block {block.bid:#x}"
    try:
        _, data = inspection.database.stored(block.bid)
        if data[:1] == bytes([SUBNODE_TREE]):
            yield from check_subnodes(inspection, block, inspection.database.subnode_block(block.bid), where)
        else:
            yield from check_data_tree(inspection, block, inspection.database.x_block(block.bid), where)
    except Broken as broken:
        yield found(broken, where)


def count(inspection: Inspection, bid: int, offset: int, where: str) -> Iterator[Finding]:
    """One reference to the block `bid`."""
    position = inspection.database.blocks.position(bid)
    if position < 0:
        yield Finding("block.missing", offset, where, f"it refers to block {bid:#x}, which is not in the block tree")
        return
    inspection.database.blocks.counted[position] += 1
    if bid & 1:
        yield Finding("block.reference-bit", offset, where, f"it refers to {bid:#x}, with bit 0 set")


def check_data_tree(inspection: Inspection, block: Block, tree: XBlock, where: str) -> Iterator[Finding]:
    for bid in tree.bids:
        yield from count(inspection, bid, block.offset, where)
    if not tree.bids:
        yield Finding("xblock.empty", block.offset, where, "it names no block")
        return
    if len(tree.bids) > (inspection.layout.block_data - 8) // inspection.layout.bid.size:
        yield Finding("xblock.count", block.offset, where, f"it names {len(tree.bids)} blocks")
    leaves = tree.bids if tree.level == 1 else None
    if any(bool(bid & INTERNAL) != (tree.level == 2) for bid in tree.bids):
        yield Finding("block.level", block.offset, where, f"at level {tree.level} it names blocks of the wrong kind")
        return
    yield from check_sizes(inspection, block, tree, leaves, where)


def check_sizes(
    inspection: Inspection, block: Block, tree: XBlock, leaves: Sequence[int] | None, where: str
) -> Iterator[Finding]:
    bids = inspection.database.data_bids(block.bid) if leaves is None else leaves
    sizes = [inspection.database.data_size(bid) for bid in bids]
    if sum(sizes) != tree.size:
        yield Finding("xblock.size", block.offset, where, f"lcbTotal is {tree.size}, its blocks have {sum(sizes)}")
    full = inspection.layout.block_data
    for number, size in enumerate(sizes[:-1]):
        if size != full:
            yield Finding(
                "xblock.short", block.offset, where, f"block {number} of {len(sizes)} has {size} bytes, not {full}"
            )


def check_subnodes(inspection: Inspection, block: Block, tree: SubnodeBlock, where: str) -> Iterator[Finding]:
    for entry in tree.entries:
        if entry.data or not entry.subnodes:
            yield from count(inspection, entry.data, block.offset, where)
        if entry.subnodes:
            yield from count(inspection, entry.subnodes, block.offset, where)
    for _, bid in tree.children:
        yield from count(inspection, bid, block.offset, where)
    yield from check_index(inspection, block, tree, where)
    nids = [entry.nid for entry in tree.entries] or [nid for nid, _ in tree.children]
    if not nids:
        yield Finding("subnodes.empty", block.offset, where, "it has no entry")
    if any(one >= two for one, two in itertools.pairwise(nids)):
        yield Finding("subnodes.order", block.offset, where, "its node ids do not ascend")
    packing = inspection.layout.subnode_index if tree.level else inspection.layout.subnode_leaf
    if len(nids) > (inspection.layout.block_data - inspection.layout.subnode_header) // packing.size:
        yield Finding("subnodes.count", block.offset, where, f"it has {len(nids)} entries")


def check_index(inspection: Inspection, block: Block, tree: SubnodeBlock, where: str) -> Iterator[Finding]:
    """SIBLOCK: each key is the first of the SLBLOCK below it, and what follows is higher than all before."""
    last = -1
    for nid, bid in tree.children:
        below = inspection.database.subnode_block(bid)
        if below.level or not below.entries:
            yield Finding("block.level", block.offset, where, f"block {bid:#x} below it is no SLBLOCK with entries")
        elif below.entries[0].nid != nid or nid <= last:
            first = below.entries[0].nid
            yield Finding(
                "subnodes.index-key", block.offset, where, f"its key {nid:#x} stands above {first:#x}, after {last:#x}"
            )
        last = below.entries[-1].nid if below.entries else last
