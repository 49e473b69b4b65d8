"""The rows of a table: in one heap item while they fit, in a subnode's blocks otherwise ([MS-PST] 2.3.4.4)."""

from __future__ import annotations

from array import array

from skyflytt.outlook.pst.ltp.hid import MAX_ITEM
from skyflytt.outlook.pst.ltp.hnid import HnidValues
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.ndb.layout import MAX_BLOCK_DATA


class RowMatrix:
    """Takes row after row; holds one block's rows. No row crosses a block: the rest of a full block stays unused."""

    def __init__(self, database: NodeDatabase, row_size: int) -> None:
        self._database = database
        self._block_bytes = MAX_BLOCK_DATA // row_size * row_size
        self._bids = array("Q")
        self._rows = bytearray()

    def add(self, row: bytes | bytearray) -> None:
        """One more row."""
        if len(self._rows) == self._block_bytes:
            self._bids.append(self._database.block(bytes(self._rows.ljust(MAX_BLOCK_DATA, b"\0"))))
            self._rows = bytearray()
        self._rows += row

    def complete(self, values: HnidValues) -> int:
        """Stores what is left; returns the HNID of the rows, 0 for none."""
        rest = bytes(self._rows)
        if not self._bids and len(rest) <= MAX_ITEM:
            return values.place(rest)
        size = len(self._bids) * MAX_BLOCK_DATA + len(rest)
        self._bids.append(self._database.block(rest))
        return values.place_tree(self._database.tree(self._bids, size))
