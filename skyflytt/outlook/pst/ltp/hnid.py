"""Where a value goes that has no room in its record: into the heap, or into a subnode of its own ([MS-PST] 2.3.3.2)."""

from __future__ import annotations

from collections.abc import Iterable

from skyflytt.outlook.pst.ltp.heap import Heap
from skyflytt.outlook.pst.ltp.hid import MAX_ITEM
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode, Tree
from skyflytt.outlook.pst.nid import NodeType

_VALUE_BLOCKS = 0xE000
"""Heap blocks that values may fill; the others are kept for a table's row index, which cannot go anywhere else."""


class HnidValues:
    """Values of one node; `subnodes` grows by those that went out of the heap."""

    def __init__(self, database: NodeDatabase, heap: Heap, subnodes: Iterable[Subnode] = ()) -> None:
        self._database = database
        self._heap = heap
        self.subnodes = list(subnodes)

    def place(self, data: bytes) -> int:
        """Stores a value; returns its HNID, 0 for no bytes."""
        if not data:
            return 0
        if len(data) <= MAX_ITEM and self._heap.blocks <= _VALUE_BLOCKS:
            return self._heap.add(data)
        return self.place_tree(self._database.store(data))

    def place_tree(self, tree: Tree) -> int:
        """Makes data that is stored already a subnode; returns its NID."""
        nid = self._database.new_nid(NodeType.LTP)
        self.subnodes.append(Subnode(nid, tree.bid, 0, tree.size_bytes))
        return nid
