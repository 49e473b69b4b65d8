"""Table context: rows with the columns of a table, on a heap ([MS-PST] 2.3.4)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from struct import Struct

from skyflytt.outlook.mapi.message import Value
from skyflytt.outlook.pst.ltp.bth import Bth
from skyflytt.outlook.pst.ltp.columns import row_layout
from skyflytt.outlook.pst.ltp.heap import ClientSignature, Heap
from skyflytt.outlook.pst.ltp.hnid import HnidValues
from skyflytt.outlook.pst.ltp.node import Node
from skyflytt.outlook.pst.ltp.row_matrix import RowMatrix
from skyflytt.outlook.pst.ltp.values import encode_value
from skyflytt.outlook.pst.ndb import NodeDatabase

_ROW_INDEX = Bth(key_size=4, entry_size=4)
_PAIR = Struct("<II")
_OWN_BITS = 0b11 << 6
"""Row id and row version exist in every row: the first two bits of the cell existence block, counted from the highest."""


class TableContext:
    """Writes a table row after row; of the rows only their ids are held."""

    def __init__(self, database: NodeDatabase, columns: Sequence[int]) -> None:
        """`columns` are full tags in any order; row id and row version are added where they are missing."""
        self._database = database
        self._heap = Heap(database, ClientSignature.TABLE_CONTEXT)
        self._values = HnidValues(database, self._heap)
        self._layout = row_layout(frozenset(columns))
        self._index = _ROW_INDEX.reserve(self._heap)
        self._info = self._heap.add(bytes(self._layout.info_size))
        self._matrix = RowMatrix(database, self._layout.row_size)
        self._row_ids = array("I")

    def __len__(self) -> int:
        return len(self._row_ids)

    def add(self, row_id: int, cells: Mapping[int, Value]) -> None:
        """One more row, with those of `cells` (full tags) that are columns of the table; the others are passed over."""
        layout = self._layout
        row = bytearray(layout.row_size)
        _PAIR.pack_into(row, 0, row_id, len(self._row_ids) + 1)
        row[layout.existence] = _OWN_BITS
        for tag, offset, size, bit, fixed in layout.columns:
            value = cells.get(tag)
            if value is None:
                continue
            data = encode_value(tag & 0xFFFF, value)
            row[offset : offset + size] = data if fixed else self._values.place(data).to_bytes(4, "little")
            row[layout.existence + (bit >> 3)] |= 0x80 >> (bit & 7)
        self._row_ids.append(row_id)
        self._matrix.add(row)

    def complete(self) -> Node:
        """Writes what is held, and the row index. Raises ValueError where two rows have one id."""
        rows = self._matrix.complete(self._values)
        _ROW_INDEX.write(self._heap, self._index, self._index_records())
        self._heap.put(self._info, self._layout.info(self._index, rows))
        data = self._heap.complete(self._info)
        below = self._database.subnodes(self._values.subnodes)
        return Node(data.bid, below.bid, data.size_bytes + below.size_bytes)

    def _index_records(self) -> Iterator[bytes]:
        ids = self._row_ids
        order: Sequence[int] = range(len(ids))
        if any(one >= following for one, following in pairwise(ids)):
            order = sorted(order, key=ids.__getitem__)
        previous = -1
        for number in order:
            if ids[number] == previous:
                raise ValueError(f"two rows with the id {previous:#x}")
            previous = ids[number]
            yield _PAIR.pack(previous, number)
