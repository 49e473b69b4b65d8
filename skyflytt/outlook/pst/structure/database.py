"""Blocks and what is built of them: data trees and subnodes ([MS-PST] 2.2.2.8.3)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.file import PstFile
from skyflytt.outlook.pst.structure.keys import BlockKeys, NodeKeys

DATA_TREE, SUBNODE_TREE = 1, 2
INTERNAL = 2
"""Bit of a BID: the block holds ids of other blocks, not data."""
CACHED_SUBNODE_BLOCKS = 64
XHEADER = Struct("<BBHI")


class XBlock(NamedTuple):
    """XBLOCK (level 1) or XXBLOCK (level 2)."""

    level: int
    size: int
    """lcbTotal: bytes of data of all blocks below."""
    bids: array[int]


class Subnode(NamedTuple):
    nid: int
    data: int
    subnodes: int


class SubnodeBlock(NamedTuple):
    """SLBLOCK (level 0, `entries`) or SIBLOCK (level 1, `children` as (nid, bid))."""

    level: int
    entries: list[Subnode]
    children: list[tuple[int, int]]


class Database:
    """The node database: keys in memory, blocks read when asked for."""

    def __init__(self, pst: PstFile) -> None:
        self.pst = pst
        self.layout = pst.layout
        self.blocks = BlockKeys()
        self.nodes = NodeKeys()
        self._subnode_blocks: dict[int, SubnodeBlock] = {}

    def stored(self, bid: int) -> tuple[int, bytes]:
        """A block's position among the keys, and its data as stored, without trailer."""
        position = self.blocks.position(bid)
        if position < 0:
            raise Broken("block.missing", 0, f"block {bid:#x} is not in the block tree")
        return position, self.pst.read(self.blocks.offsets[position], self.blocks.sizes[position])

    def located_data(self, bid: int) -> tuple[int, bytes]:
        """One block of data, decoded, and where it stands in the file."""
        if bid & INTERNAL:
            raise Broken("block.kind", self.offset(bid), f"block {bid:#x} holds ids where data is due")
        position, stored = self.stored(bid)
        return self.blocks.offsets[position], self.pst.decoded(stored)

    def data_block(self, bid: int) -> bytes:
        return self.located_data(bid)[1]

    def offset(self, bid: int) -> int:
        """Where a block stands in the file; 0 when it is not there."""
        position = self.blocks.position(bid)
        return self.blocks.offsets[position] if position >= 0 else 0

    def x_block(self, bid: int) -> XBlock:
        position, data = self.stored(bid)
        where = self.blocks.offsets[position]
        if len(data) < XHEADER.size or data[0] != DATA_TREE or data[1] not in (1, 2):
            raise Broken("block.type", where, f"block {bid:#x} is no XBLOCK or XXBLOCK ({data[:2].hex()})")
        _, level, count, size = XHEADER.unpack_from(data)
        width = self.layout.bid.size
        if XHEADER.size + count * width > len(data):
            raise Broken("block.count", where, f"block {bid:#x} names {count} blocks in {len(data)} bytes")
        bids = array("Q" if width == 8 else "I")
        bids.frombytes(data[XHEADER.size : XHEADER.size + count * width])
        return XBlock(level, size, bids)

    def data_bids(self, bid: int) -> array[int]:
        """The data blocks of a data tree, in order: 8 bytes of memory for each."""
        found = array("Q")
        if not bid & INTERNAL:
            if bid:
                found.append(bid)
            return found
        block = self.x_block(bid)
        for child in block.bids:
            if block.level == 1:
                found.append(child)
            else:
                below = self.x_block(child)
                if below.level != 1:
                    raise Broken("block.level", self.offset(child), f"block {child:#x} below an XXBLOCK is no XBLOCK")
                found.extend(below.bids)
        return found

    def data_size(self, bid: int) -> int:
        """Bytes of data of a data tree, as its blocks say."""
        if not bid:
            return 0
        if bid & INTERNAL:
            return self.x_block(bid).size
        position = self.blocks.position(bid)
        if position < 0:
            raise Broken("block.missing", 0, f"block {bid:#x} is not in the block tree")
        return self.blocks.sizes[position]

    def data(self, bid: int) -> bytes:
        """All data of a data tree at once: for values, never for heaps and row matrices."""
        if not bid:
            return b""
        if not bid & INTERNAL:
            return self.data_block(bid)
        return b"".join(self.data_block(one) for one in self.data_bids(bid))

    def subnode_block(self, bid: int) -> SubnodeBlock:
        """The last few stay in memory: a message's are looked at more than once."""
        block = self._subnode_blocks.get(bid)
        if block is None:
            if len(self._subnode_blocks) >= CACHED_SUBNODE_BLOCKS:
                self._subnode_blocks.clear()
            block = self._subnode_blocks[bid] = self._read_subnode_block(bid)
        return block

    def _read_subnode_block(self, bid: int) -> SubnodeBlock:
        position, data = self.stored(bid)
        where, layout = self.blocks.offsets[position], self.layout
        if not bid & INTERNAL or len(data) < layout.subnode_header or data[0] != SUBNODE_TREE or data[1] > 1:
            raise Broken("block.type", where, f"block {bid:#x} is no SLBLOCK or SIBLOCK ({data[:2].hex()})")
        level, count = data[1], data[2] | data[3] << 8
        packing = layout.subnode_index if level else layout.subnode_leaf
        end = layout.subnode_header + count * packing.size
        if end > len(data):
            raise Broken("block.count", where, f"block {bid:#x} names {count} subnodes in {len(data)} bytes")
        entries = packing.iter_unpack(data[layout.subnode_header : end])
        if level:
            return SubnodeBlock(level, [], [(nid & 0xFFFFFFFF, child) for nid, child in entries])
        return SubnodeBlock(level, [Subnode(nid & 0xFFFFFFFF, one, two) for nid, one, two in entries], [])

    def subnodes(self, bid: int) -> Iterator[Subnode]:
        """The entries of a subnode tree, in order; none for bid 0."""
        if not bid:
            return
        block = self.subnode_block(bid)
        yield from block.entries
        for _, child in block.children:
            below = self.subnode_block(child)
            if below.level:
                raise Broken("block.level", self.offset(child), f"block {child:#x} below a SIBLOCK is no SLBLOCK")
            yield from below.entries
