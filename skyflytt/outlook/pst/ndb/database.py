"""The node database, written front to back ([MS-PST] 2.2)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import BinaryIO

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.pst.ndb.blocks import Blocks
from skyflytt.outlook.pst.ndb.btree import TreePages, pages_needed
from skyflytt.outlook.pst.ndb.header import Root, header
from skyflytt.outlook.pst.ndb.layout import MAX_BLOCK_DATA, PageType, span_offset
from skyflytt.outlook.pst.ndb.nodes import Nodes
from skyflytt.outlook.pst.ndb.space import Space
from skyflytt.outlook.pst.ndb.trees import (
    SIBLOCK_ENTRIES,
    SLBLOCK_ENTRIES,
    XBLOCK_ENTRIES,
    Subnode,
    Tree,
    siblock,
    slblock,
    xblock,
)
from skyflytt.outlook.pst.nid import NodeType
from skyflytt.outlook.pst.permute import encode

_MAX_TREE_BYTES = 0xFFFFFFFF
"""lcbTotal has 32 bits ([MS-PST] 2.2.2.8.3.2.1)."""


class NodeDatabase:
    """Writes a PST's blocks, B-trees, maps and header into `out`, an empty file that can seek.

    Nothing written is read back, and nothing is held in memory but the span in work and the keys of blocks and nodes. The file is not
    valid before `complete`. The same calls in the same order give the same bytes.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._space = Space(out)
        self._blocks = Blocks(self._space)
        self._nodes = Nodes()
        self._complete = False

    def block(self, data: bytes) -> int:
        """Writes one data block of 1 to 8176 bytes; returns its BID. It counts one reference: see `refer`."""
        return self._blocks.append(encode(data))

    def store(self, data: bytes) -> Tree:
        """Writes data of any size up to 4 GiB; BID 0 for no data. Raises ItemTooLarge above."""
        if len(data) <= MAX_BLOCK_DATA:
            return Tree(self.block(data) if data else 0, len(data))
        _check_size(len(data))
        cuts = range(0, len(data), MAX_BLOCK_DATA)
        return self.tree(array("Q", [self.block(data[at : at + MAX_BLOCK_DATA]) for at in cuts]), len(data))

    def tree(self, bids: Sequence[int], size_bytes: int) -> Tree:
        """The data tree over data blocks that are written; all but the last hold 8176 bytes. Raises ItemTooLarge above 4 GiB."""
        _check_size(size_bytes)
        if len(bids) <= 1:
            return Tree(bids[0] if bids else 0, size_bytes)
        covered = XBLOCK_ENTRIES * MAX_BLOCK_DATA
        level1: list[int] = []
        for at in range(0, len(bids), XBLOCK_ENTRIES):
            below = min(covered, size_bytes - len(level1) * covered)
            level1.append(self._internal(xblock(1, bids[at : at + XBLOCK_ENTRIES], below)))
        top = level1[0] if len(level1) == 1 else self._internal(xblock(2, level1, size_bytes))
        return Tree(top, size_bytes)

    def subnodes(self, entries: Iterable[Subnode]) -> Tree:
        """The subnode tree over `entries`, in any order; BID 0 for none. Raises ValueError where two have one NID."""
        ordered = sorted(entries)
        for one, next_one in pairwise(ordered):
            if one.nid == next_one.nid:
                raise ValueError(f"two subnodes with the id {one.nid:#x}")
        lists = []
        for at in range(0, len(ordered), SLBLOCK_ENTRIES):
            lists.append((ordered[at].nid, self._internal(slblock(ordered[at : at + SLBLOCK_ENTRIES]))))
        for entry in ordered:
            self._nodes.note(entry.nid)
        return Tree(self._subnode_root(lists), sum(entry.size_bytes for entry in ordered))

    def refer(self, bid: int) -> int:
        """Counts one more reference to a block (cRef), where two nodes or subnodes share it; returns its BID. 0 stays 0."""
        return self._blocks.refer(bid) if bid else 0

    def new_nid(self, kind: NodeType) -> int:
        """The next free node id of a type."""
        return self._nodes.new_nid(kind)

    def node(self, nid: int, data_bid: int, subnode_bid: int = 0, parent: int = 0) -> None:
        """One more node; in any order. Two nodes of one id raise ValueError in `complete`."""
        self._nodes.add(nid, data_bid, subnode_bid, parent)

    @property
    def size_bytes(self) -> int:
        """What the file's size would be if it were completed now, or is since it was."""
        if self._complete:
            return self._space.size_bytes
        pages = pages_needed(PageType.BBT, len(self._blocks)) + pages_needed(PageType.NBT, len(self._nodes))
        return self._space.size_with_pages(pages)

    def complete(self) -> None:
        """Writes the B-trees, what is missing of the maps, and the header. Closing the file is the caller's part."""
        pages = TreePages(self._space)
        block_tree = pages.write(PageType.BBT, self._blocks.entries())
        node_tree = pages.write(PageType.NBT, self._nodes.entries())
        self._space.complete()
        root = Root(
            size_bytes=self._space.size_bytes,
            last_amap=span_offset(self._space.span.index),
            free_bytes=self._space.free_bytes,
            node_tree=node_tree,
            block_tree=block_tree,
            next_page_bid=pages.next_bid,
            next_block_bid=self._blocks.next_bid,
            last_index=self._nodes.last_index,
        )
        self._out.seek(0)
        self._out.write(header(root))
        self._complete = True

    def _internal(self, data: bytes) -> int:
        return self._blocks.append(data, internal=True)

    def _subnode_root(self, lists: list[tuple[int, int]]) -> int:
        if len(lists) <= 1:
            return lists[0][1] if lists else 0
        if len(lists) > SIBLOCK_ENTRIES:
            raise ItemTooLarge("a node", f"it has more than {SIBLOCK_ENTRIES * SLBLOCK_ENTRIES} subnodes")
        return self._internal(siblock(lists))


def _check_size(size_bytes: int) -> None:
    if size_bytes > _MAX_TREE_BYTES:
        raise ItemTooLarge("a value", f"{size_bytes} bytes; the format counts up to 4 GiB")
