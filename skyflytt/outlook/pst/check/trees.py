"""The node and block B-trees ([MS-PST] 2.2.2.7.7): every page, and the order of all keys. Fills the keys of the database."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc, signature
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.btree import TreePage, read_tree_page
from skyflytt.outlook.pst.structure.layout import BLOCK_TREE, FIRST_MAP, NODE_TREE, PAGE_BYTES

NAMES = {BLOCK_TREE: "BBT", NODE_TREE: "NBT"}


def check(inspection: Inspection) -> Iterator[Finding]:
    header = inspection.header
    bids: set[int] = set()
    for kind, bid, offset in (
        (NODE_TREE, header.node_tree_bid, header.node_tree),
        (BLOCK_TREE, header.block_tree_bid, header.block_tree),
    ):
        yield from Walk(inspection, kind, bids).below(bid, offset, None, None)
    inspection.keys_are_there()


class Walk:
    """One tree from its root: what was seen so far, and the last key."""

    def __init__(self, inspection: Inspection, kind: int, bids: set[int]) -> None:
        self.inspection = inspection
        self.kind = kind
        self.name = NAMES[kind]
        self.bids = bids
        self.offsets: set[int] = set()
        self.last = -1

    def below(self, bid: int, offset: int, key: int | None, level: int | None) -> Iterator[Finding]:
        """The page `bid` and everything under it; `key` and `level` are what the page above expects."""
        where = f"{self.name} page {bid:#x}"
        if offset in self.offsets:
            yield Finding("btree.loop", offset, where, "two entries point at it")
            return
        self.offsets.add(offset)
        try:
            page = read_tree_page(self.inspection.pst, offset, self.kind)
        except Broken as broken:
            yield found(broken, where)
            return
        yield from self.page(page, bid, where)
        if level is not None and page.level != level:
            yield Finding("btree.level", offset, where, f"its level is {page.level}, not {level}")
            return
        if key is not None and page.entries and page.entries[0][0] != key:
            yield Finding(
                "btree.parent-key", offset, where, f"its first key is {page.entries[0][0]:#x}, above it stands {key:#x}"
            )
        if page.level:
            for child_key, child_bid, child_offset in page.entries:
                yield from self.below(child_bid, child_offset, child_key, page.level - 1)
        else:
            yield from self.leaf(page, where)

    def page(self, page: TreePage, bid: int, where: str) -> Iterator[Finding]:
        layout, trailer, offset = self.inspection.layout, page.trailer, page.offset
        if offset % PAGE_BYTES or offset < FIRST_MAP:
            yield Finding(
                "btree.alignment", offset, where, f"it stands at {offset:#x}, no multiple of 512 behind the header"
            )
        if trailer.kind_repeat != trailer.kind:
            yield Finding("btree.page-type", offset, where, f"ptypeRepeat is {trailer.kind_repeat:#x}")
        if trailer.crc != crc(page.raw[: layout.page_data]):
            yield Finding("btree.crc", offset, where, f"dwCRC is {trailer.crc:#010x}")
        if trailer.signature != signature(offset, trailer.bid):
            yield Finding("btree.signature", offset, where, f"wSig is {trailer.signature:#x}")
        if trailer.bid != bid:
            yield Finding("btree.bid", offset, where, f"its trailer has the bid {trailer.bid:#x}")
        if trailer.bid in self.bids:
            yield Finding("btree.bid-twice", offset, where, f"another page has the bid {trailer.bid:#x}")
        self.bids.add(trailer.bid)
        if trailer.bid >= self.inspection.header.next_page_bid:
            yield Finding("btree.bid-beyond", offset, where, f"bidNextP is {self.inspection.header.next_page_bid:#x}")
        if not self.inspection.usage.mark(offset, PAGE_BYTES):
            yield Finding("amap.overlap", offset, where, "its bytes are in use by something else")
        yield from self.counts(page, where)

    def counts(self, page: TreePage, where: str) -> Iterator[Finding]:
        layout = self.inspection.layout
        most = layout.index_most if page.level else layout.leaf_most[self.kind]
        size = layout.tree_index.size if page.level else layout.leaf_size[self.kind]
        if not page.entry_count:
            yield Finding("btree.empty", page.offset, where, "it has no entry")
        if page.most != most or page.entry_count > most or page.entry_size != size:
            detail = f"cEnt {page.entry_count}, cEntMax {page.most}, cbEnt {page.entry_size}; due are at most {most} of {size}"
            yield Finding("btree.counts", page.offset, where, detail)
        if page.padding:
            yield Finding("btree.padding", page.offset, where, f"dwPadding is {page.padding:#x}")
        keys = [entry[0] for entry in page.entries]
        if page.level and any(one >= two for one, two in itertools.pairwise(keys)):
            yield Finding("btree.order", page.offset, where, "its keys do not ascend")

    def leaf(self, page: TreePage, where: str) -> Iterator[Finding]:
        database = self.inspection.database
        for entry in page.entries:
            key, second, third, fourth = entry
            if key <= self.last:
                yield Finding("btree.order", page.offset, where, f"the key {key:#x} follows {self.last:#x}")
            self.last = key
            if self.kind == BLOCK_TREE:
                database.blocks.append(key, second, third, fourth)
            else:
                if key >> 32:
                    yield Finding("nbt.key", page.offset, where, f"the node id {key:#x} has more than 32 bits")
                database.nodes.append(key, second, third, fourth)
