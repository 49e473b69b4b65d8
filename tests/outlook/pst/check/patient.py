"""A PST file in memory into which one fault at a time is put; checksums are put right again, so that only the fault is there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from skyflytt.outlook.pst.check import check_pst, trees
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.permute import decode, encode
from skyflytt.outlook.pst.structure.bth import Tree
from skyflytt.outlook.pst.structure.btree import read_tree_page
from skyflytt.outlook.pst.structure.database import INTERNAL
from skyflytt.outlook.pst.structure.file import PstFile
from skyflytt.outlook.pst.structure.heap import Heap
from skyflytt.outlook.pst.structure.layout import BLOCK_TREE, NODE_TREE
from skyflytt.outlook.pst.structure.table_context import Column, TableContext

Edit = Callable[[bytearray], object]
DATA = Path(__file__).parents[3] / "data" / "pst"


def codes(path: Path) -> list[str]:
    return sorted({finding.code for finding in check_pst(path)})


class Patient:
    """Unicode only. `block`, `page` and `header` apply an edit of the same length and repair the checksum over it."""

    def __init__(self, path: Path) -> None:
        self.raw = bytearray(path.read_bytes())
        self.pst = PstFile(os.open(path, os.O_RDONLY), str(path))
        inspection = Inspection(self.pst)
        list(trees.check(inspection))
        self.database = inspection.database

    def save(self, path: Path) -> Path:
        self.pst.close()
        path.write_bytes(self.raw)
        return path

    def put(self, offset: int, value: int, size: int) -> None:
        self.raw[offset : offset + size] = value.to_bytes(size, "little")

    def header(self, offset: int, value: int, size: int) -> None:
        self.put(offset, value, size)
        self.put(4, crc(self.raw[8:479]), 4)
        self.put(0x20C, crc(self.raw[8:524]), 4)

    def page(self, offset: int, at: int, value: int, size: int) -> None:
        self.put(offset + at, value, size)
        self.put(offset + 500, crc(self.raw[offset : offset + 496]), 4)

    def block(self, bid: int, at: int, value: int, size: int) -> None:
        def put(data: bytearray) -> None:
            data[at : at + size] = value.to_bytes(size, "little")

        self.edit(bid, put)

    def edit(self, bid: int, change: Edit) -> None:
        block = self.database.blocks[self.database.blocks.position(bid)]
        area = slice(block.offset, block.offset + block.size)
        stored = bytes(self.raw[area])
        data = bytearray(stored if bid & INTERNAL else decode(stored))
        change(data)
        self.raw[area] = data if bid & INTERNAL else encode(bytes(data))
        self.put(self.trailer(bid) + 4, crc(self.raw[area]), 4)

    def offset(self, bid: int) -> int:
        return self.database.offset(bid)

    def trailer(self, bid: int) -> int:
        block = self.database.blocks[self.database.blocks.position(bid)]
        return block.offset + self.database.layout.stored_size(block.size) - 16

    def entry(self, kind: int, key: int) -> tuple[int, int]:
        """(offset of the leaf page, where in it the entry stands)."""
        header = self.pst.header
        offset = header.node_tree if kind == NODE_TREE else header.block_tree
        page = read_tree_page(self.pst, offset, kind)
        while page.level:
            offset = [child[2] for child in page.entries if child[0] <= key][-1]
            page = read_tree_page(self.pst, offset, kind)
        number = [entry[0] for entry in page.entries].index(key)
        return offset, number * page.entry_size

    def node(self, nid: int, at: int, value: int, size: int = 4) -> None:
        offset, entry = self.entry(NODE_TREE, nid)
        self.page(offset, entry + at, value, size)

    def block_entry(self, bid: int, at: int, value: int, size: int) -> None:
        offset, entry = self.entry(BLOCK_TREE, bid)
        self.page(offset, entry + at, value, size)

    def data(self, nid: int) -> int:
        """The data block of a node."""
        node = self.database.nodes.find(nid)
        assert node is not None
        return node.data

    def record(self, bid: int, pid: int) -> int:
        """Where in the block of a property context the record of a property stands."""
        heap = Heap(self.database, bid)
        tree = Tree(heap, heap.root)
        item = heap.item(tree.root)
        number = [int.from_bytes(item[at : at + 2], "little") for at in range(0, len(item), 8)].index(pid)
        return self.item(bid, tree.root) + number * 8

    def item(self, bid: int, hid: int) -> int:
        return Heap(self.database, bid).page(0).starts[(hid >> 5) - 1]

    def table(self, bid: int) -> TableContext:
        return TableContext(Heap(self.database, bid), {})

    def cell(self, bid: int, tag: int) -> tuple[int, Column]:
        """(where the first row stands in the block of a table, the column)."""
        table = self.table(bid)
        return self.item(bid, table.rows_hnid), next(one for one in table.columns if one.tag == tag)
