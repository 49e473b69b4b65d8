"""Table contexts: columns, the row index and the row matrix ([MS-PST] 2.3.4)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct, unpack
from typing import NamedTuple

from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.bth import Tree
from skyflytt.outlook.pst.structure.database import Subnode
from skyflytt.outlook.pst.structure.heap import TABLE_CONTEXT, Heap
from skyflytt.outlook.pst.structure.property_context import HEAP_SIZE, INLINE_SIZE

INFO = Struct("<BB8xIII")
DESCRIPTION = Struct("<IHBB")
GUID = 0x48
IN_ROW = {int(kind) for kind in (*INLINE_SIZE, *HEAP_SIZE)} - {GUID}
"""Types whose value stands in the row itself."""


class Column(NamedTuple):
    """TCOLDESC: `tag` is the full property tag, `start` and `width` the cell's bytes in the row, `bit` its place in the CEB."""

    tag: int
    start: int
    width: int
    bit: int


def width_of(kind: int) -> int:
    """Bytes of a cell of a property type; values of variable size and GUIDs are HNIDs of 4 bytes."""
    return INLINE_SIZE.get(kind) or (8 if kind in HEAP_SIZE and kind != GUID else 4)  # type: ignore[call-overload]


class Cell(NamedTuple):
    """A column for those who read rows: `kind` is its property type, its existence bit is `mask` of the row's byte `byte`."""

    column: Column
    kind: int
    byte: int
    mask: int


@dataclass(frozen=True, eq=False)
class Description:
    """TCINFO without its ids: the same object for all tables that are built alike.

    `ends` says where the cells of 8 and 4, of 2, of 1 byte and the existence bits end in a row (rgib).
    """

    columns: tuple[Column, ...]
    ends: tuple[int, ...]
    cells: tuple[Cell, ...]


@lru_cache(maxsize=64)
def described(ends: bytes, columns: bytes) -> Description:
    where = unpack("<4H", ends)
    parsed = tuple(Column(*one) for one in DESCRIPTION.iter_unpack(columns))
    cells = tuple(Cell(one, one.tag & 0xFFFF, where[2] + (one.bit >> 3), 0x80 >> (one.bit & 7)) for one in parsed)
    return Description(parsed, where, cells)


class TableContext:
    """The table in a heap. Rows are read block by block; a row's id is its first four bytes."""

    def __init__(self, heap: Heap, subnodes: Mapping[int, Subnode]) -> None:
        self.database = heap.database
        self.subnodes = subnodes
        self.heap = heap
        if heap.client != TABLE_CONTEXT:
            raise Broken("tc.signature", heap.offset, f"the heap's client is {heap.client:#x}, not 0x7c")
        info = heap.item(heap.root)
        if len(info) < INFO.size or info[0] != TABLE_CONTEXT or len(info) != INFO.size + info[1] * DESCRIPTION.size:
            raise Broken("tc.info", heap.offset, f"the table's description has {len(info)} bytes ({info[:2].hex()})")
        _, _, self.index_hid, self.rows_hnid, self.unused_index = INFO.unpack_from(info)
        self.description = described(info[2:10], info[INFO.size :])
        self.columns = self.description.columns
        self.ends = self.description.ends
        self.row_size = self.ends[3]
        self._check_columns()

    def _check_columns(self) -> None:
        ones, bits = self.ends[2], (self.ends[3] - self.ends[2]) * 8
        for column in self.columns:
            if column.start + column.width > ones or column.bit >= bits:
                raise Broken("tc.cell", self.heap.offset, f"the cell of column {column.tag:08x} lies outside its row")

    def row_index(self) -> Iterator[tuple[int, int]]:
        """(row id, row number) in the order of the row index."""
        tree = Tree(self.heap, self.index_hid)
        expected = 4 if self.database.layout.unicode else 2
        if (tree.key_size, tree.data_size) != (4, expected):
            sizes = f"{tree.key_size} and {tree.data_size}"
            raise Broken("tc.index-size", self.heap.offset, f"keys and data of the row index have {sizes} bytes")
        record = Struct("<II" if expected == 4 else "<IH")
        for item in tree.leaves():
            yield from record.iter_unpack(item)

    def matrix_bids(self) -> array[int]:
        """The blocks of the row matrix where it is a subnode."""
        found = self.subnodes.get(self.rows_hnid)
        if found is None:
            raise Broken(
                "tc.matrix-missing", self.heap.offset, f"the row matrix, subnode {self.rows_hnid:#x}, is not there"
            )
        return self.database.data_bids(found.data)

    def rows(self) -> Iterator[bytes]:
        """The rows of the matrix in order: whole ones only, whether or not the row index names them."""
        if not self.rows_hnid or not self.row_size:
            return
        if not self.rows_hnid & 0x1F:
            yield from self._rows_in(self.heap.item(self.rows_hnid))
            return
        for bid in self.matrix_bids():
            yield from self._rows_in(self.database.data_block(bid))

    def _rows_in(self, data: bytes) -> Iterator[bytes]:
        size = self.row_size
        for start in range(0, len(data) - size + 1, size):
            yield data[start : start + size]

    def hnid(self, hnid: int) -> bytes:
        if not hnid:
            return b""
        if not hnid & 0x1F:
            return self.heap.item(hnid)
        found = self.subnodes.get(hnid)
        if found is None:
            raise Broken("tc.subnode-missing", self.heap.offset, f"the cell's subnode {hnid:#x} is not there")
        return self.database.data(found.data)

    def cell(self, row: bytes, cell: Cell) -> bytes | None:
        """The value of a cell as a property context would have it, or None. Raises Broken where it cannot be read."""
        if not row[cell.byte] & cell.mask:
            return None
        start = cell.column.start
        if cell.kind in IN_ROW:
            return row[start : start + cell.column.width]
        return self.hnid(int.from_bytes(row[start : start + 4], "little"))
