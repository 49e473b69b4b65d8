"""The nodes of the file: what the node B-tree says of each ([MS-PST] 2.2.2.7.7.4), and the counters of node ids."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from struct import Struct

from skyflytt.outlook.pst.nid import FIRST_INDEX, FIRST_INDEX_OTHERS, make_nid, nid_index, nid_type

_NBT_ENTRY = Struct("<QQQII")


class Nodes:
    """Nodes in any order: 24 bytes for each."""

    def __init__(self) -> None:
        self._nids = array("I")
        self._data = array("Q")
        self._subnodes = array("Q")
        self._parents = array("I")
        self.last_index = [FIRST_INDEX_OTHERS] * 32
        """rgnid: the last index in use, by type."""
        for kind, index in FIRST_INDEX.items():
            self.last_index[kind] = index

    def __len__(self) -> int:
        return len(self._nids)

    def new_nid(self, kind: int) -> int:
        """The next free node id of a type."""
        self.last_index[kind] += 1
        return make_nid(kind, self.last_index[kind])

    def note(self, nid: int) -> None:
        """Keeps `new_nid`, here and in Outlook, from giving an id that is in use as a node's or a subnode's."""
        kind = nid_type(nid)
        self.last_index[kind] = max(self.last_index[kind], nid_index(nid))

    def add(self, nid: int, data_bid: int, subnode_bid: int, parent: int) -> None:
        """One more node."""
        self.note(nid)
        self._nids.append(nid)
        self._data.append(data_bid)
        self._subnodes.append(subnode_bid)
        self._parents.append(parent)

    def entries(self) -> Iterator[bytes]:
        """NBTENTRYs in ascending order. Raises ValueError where two nodes have one id."""
        previous = -1
        for at in sorted(range(len(self._nids)), key=self._nids.__getitem__):
            nid = self._nids[at]
            if nid == previous:
                raise ValueError(f"two nodes with the id {nid:#x}")
            previous = nid
            yield _NBT_ENTRY.pack(nid, self._data[at], self._subnodes[at], self._parents[at], 0)
