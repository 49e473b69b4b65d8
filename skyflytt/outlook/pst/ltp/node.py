"""What an LTP structure is to the node database: a data tree and a subnode tree."""

from __future__ import annotations

from typing import NamedTuple

from skyflytt.outlook.pst.ndb import Subnode


class Node(NamedTuple):
    """`size_bytes` is the data with that of all subnodes, recursively: PidTagMessageSize of a message ([MS-OXCMSG] 2.2.1.7)."""

    data_bid: int
    subnode_bid: int
    size_bytes: int

    def subnode(self, nid: int) -> Subnode:
        """This node as a subnode of another."""
        return Subnode(nid, self.data_bid, self.subnode_bid, self.size_bytes)
