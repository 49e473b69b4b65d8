"""Property contexts ([MS-PST] 2.3.3): the bag of properties of one object, its values as raw bytes."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct

from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.pst.nid import NodeType
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.bth import Tree
from skyflytt.outlook.pst.structure.database import Database, Subnode
from skyflytt.outlook.pst.structure.heap import PROPERTY_CONTEXT, Heap

RECORD = Struct("<HHI")
INLINE_SIZE = {
    PropertyType.INTEGER_16: 2,
    PropertyType.INTEGER_32: 4,
    PropertyType.FLOATING_32: 4,
    PropertyType.ERROR_CODE: 4,
    PropertyType.BOOLEAN: 1,
}
"""Types whose value stands in the record itself, with their width in bytes."""
HEAP_SIZE = {
    PropertyType.FLOATING_64: 8,
    PropertyType.CURRENCY: 8,
    PropertyType.FLOATING_TIME: 8,
    PropertyType.INTEGER_64: 8,
    PropertyType.TIME: 8,
    PropertyType.GUID: 16,
}
"""Types of fixed width whose value is a heap item."""


def subnode_map(database: Database, bid: int) -> dict[int, Subnode]:
    return {one.nid: one for one in database.subnodes(bid)}


class PropertyContext:
    """`records` are (type, value or HNID) by property id, in the order of the file; `subnodes` are the node's own."""

    def __init__(self, heap: Heap, subnodes: Mapping[int, Subnode]) -> None:
        self.database = heap.database
        self.subnodes = subnodes
        self.heap = heap
        if self.heap.client != PROPERTY_CONTEXT:
            raise Broken("pc.signature", self.heap.offset, f"the heap's client is {self.heap.client:#x}, not 0xbc")
        self.tree = Tree(self.heap, self.heap.root)
        if (self.tree.key_size, self.tree.data_size) != (2, 6):
            sizes = f"{self.tree.key_size} and {self.tree.data_size}"
            raise Broken("pc.record-size", self.heap.offset, f"keys and data have {sizes} bytes, not 2 and 6")
        self.records: dict[int, tuple[int, int]] = {}
        self.disorder: int | None = None
        """The first property id that does not ascend."""
        last = -1
        for item in self.tree.leaves():
            for pid, kind, value in RECORD.iter_unpack(item):
                if pid <= last and self.disorder is None:
                    self.disorder = pid
                last = pid
                self.records[pid] = (kind, value)

    def hnid(self, hnid: int) -> bytes:
        """What an HNID stands for: a heap item, a subnode's data, or nothing (0)."""
        if not hnid:
            return b""
        if not hnid & 0x1F:
            return self.heap.item(hnid)
        return self.database.data(self._subnode(hnid).data)

    def _subnode(self, nid: int) -> Subnode:
        found = self.subnodes.get(nid)
        if found is None:
            raise Broken("pc.subnode-missing", self.heap.offset, f"the value's subnode {nid:#x} is not there")
        return found

    def raw(self, pid: int) -> bytes | None:
        """The value as in the file, or None where the property is not there. Raises Broken where it cannot be read."""
        record = self.records.get(pid)
        if record is None:
            return None
        width = INLINE_SIZE.get(record[0])  # type: ignore[call-overload]
        if width:
            return record[1].to_bytes(4, "little")[:width]
        return self.hnid(record[1])

    def size(self, pid: int) -> int:
        """Bytes of the value, without reading those in subnodes."""
        kind, value = self.records[pid]
        width = INLINE_SIZE.get(kind)  # type: ignore[call-overload]
        if width:
            return int(width)
        if value & 0x1F == NodeType.HID:
            return len(self.heap.item(value)) if value else 0
        return self.database.data_size(self._subnode(value).data)

    def integer(self, pid: int) -> int | None:
        """A value of fixed width as an unsigned number."""
        raw = self.raw(pid)
        return None if raw is None else int.from_bytes(raw, "little")

    def text(self, pid: int) -> str:
        """A Unicode string, for a person to read; empty where it is not there."""
        kind = self.records.get(pid, (0, 0))[0]
        raw = self.raw(pid) or b""
        return raw.decode("utf-16-le" if kind == PropertyType.STRING else "cp1252", "replace")
