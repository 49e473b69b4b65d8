"""Values of type PtypObject: the property holds a subnode's id and size, the subnode the bytes ([MS-PST] 2.3.3.5)."""

from __future__ import annotations

import struct

from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.pst.messaging.stored import Stored
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from skyflytt.outlook.pst.nid import NodeType

_VALUE = struct.Struct("<II")


def object_value(nid: int, size_bytes: int) -> bytes:
    """The value that points to the subnode `nid`; its size is cut to what 32 bits hold."""
    return _VALUE.pack(nid, min(size_bytes, 0xFFFFFFFF))


def store_objects(database: NodeDatabase, properties: Stored) -> list[Subnode]:
    """Writes the bytes of every object value; puts what points to them in their place."""
    subnodes: list[Subnode] = []
    for tag, value in properties.items():
        if tag & 0xFFFF == PropertyType.OBJECT and isinstance(value, bytes):
            nid = database.new_nid(NodeType.LTP)
            tree = database.store(value)
            subnodes.append(Subnode(nid, tree.bid, 0, tree.size_bytes))
            properties[tag] = object_value(nid, tree.size_bytes)
    return subnodes
