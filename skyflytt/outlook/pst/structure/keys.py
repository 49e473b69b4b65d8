"""The keys of the block and node B-trees, in memory: 22 bytes for each block, 24 for each node."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import NamedTuple


class Block(NamedTuple):
    """`references` is cRef as the file has it: one more than there are."""

    bid: int
    offset: int
    size: int
    references: int


class Node(NamedTuple):
    nid: int
    data: int
    subnodes: int
    parent: int


class BlockKeys:
    """Blocks by BID; `counted` is for whoever counts the references to them."""

    def __init__(self) -> None:
        self.bids, self.offsets = array("Q"), array("Q")
        self.sizes, self.references, self.counted = array("H"), array("H"), array("I")

    def __len__(self) -> int:
        return len(self.bids)

    def __getitem__(self, position: int) -> Block:
        return Block(self.bids[position], self.offsets[position], self.sizes[position], self.references[position])

    def append(self, bid: int, offset: int, size: int, references: int) -> None:
        self.bids.append(bid)
        self.offsets.append(offset)
        self.sizes.append(size)
        self.references.append(references)

    def settle(self) -> None:
        """To be called when all are there: puts them in order where the tree was not."""
        order = _order(self.bids)
        if order is not None:
            self.bids = array("Q", (self.bids[i] for i in order))
            self.offsets = array("Q", (self.offsets[i] for i in order))
            self.sizes = array("H", (self.sizes[i] for i in order))
            self.references = array("H", (self.references[i] for i in order))
        self.counted = array("I", bytes(4 * len(self.bids)))

    def position(self, bid: int) -> int:
        """Its place, or -1. Bit 0 of a BID has no meaning to readers ([MS-PST] 2.2.2.2)."""
        position = bisect_left(self.bids, bid & ~1)
        if position < len(self.bids) and self.bids[position] & ~1 == bid & ~1:
            return position
        return -1


class NodeKeys:
    """Nodes by NID."""

    def __init__(self) -> None:
        self.nids, self.parents = array("I"), array("I")
        self.data, self.subnodes = array("Q"), array("Q")

    def __len__(self) -> int:
        return len(self.nids)

    def __getitem__(self, position: int) -> Node:
        return Node(self.nids[position], self.data[position], self.subnodes[position], self.parents[position])

    def append(self, nid: int, data: int, subnodes: int, parent: int) -> None:
        self.nids.append(nid & 0xFFFFFFFF)
        self.data.append(data)
        self.subnodes.append(subnodes)
        self.parents.append(parent)

    def settle(self) -> None:
        order = _order(self.nids)
        if order is not None:
            self.nids = array("I", (self.nids[i] for i in order))
            self.data = array("Q", (self.data[i] for i in order))
            self.subnodes = array("Q", (self.subnodes[i] for i in order))
            self.parents = array("I", (self.parents[i] for i in order))

    def position(self, nid: int) -> int:
        position = bisect_left(self.nids, nid)
        return position if position < len(self.nids) and self.nids[position] == nid else -1

    def find(self, nid: int) -> Node | None:
        position = self.position(nid)
        return self[position] if position >= 0 else None


def _order(keys: array[int]) -> list[int] | None:
    if all(keys[i] <= keys[i + 1] for i in range(len(keys) - 1)):
        return None
    return sorted(range(len(keys)), key=keys.__getitem__)
