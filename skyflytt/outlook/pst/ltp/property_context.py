"""Property context: an object's properties in a BTH on a heap ([MS-PST] 2.3.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from struct import Struct

from skyflytt.outlook.mapi.message import Value
from skyflytt.outlook.pst.ltp.bth import Bth
from skyflytt.outlook.pst.ltp.heap import ClientSignature, Heap
from skyflytt.outlook.pst.ltp.hnid import HnidValues
from skyflytt.outlook.pst.ltp.node import Node
from skyflytt.outlook.pst.ltp.values import FIXED_SIZE, encode_value
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode

_BTH = Bth(key_size=2, entry_size=6)
_RECORD = Struct("<HHI")
_INLINE = frozenset(int(kind) for kind, size in FIXED_SIZE.items() if size <= 4)
"""Types whose values stand in dwValueHnid themselves, which has 4 bytes."""
MAX_SIZE = 0x7FFFFFFF
"""PidTagMessageSize and PidTagAttachSize are signed numbers; larger sizes are cut to it."""


def write_property_context(
    database: NodeDatabase,
    properties: Mapping[int, Value] | Iterable[tuple[int, Value]],
    subnodes: Sequence[Subnode] = (),
    *,
    size_tag: int | None = None,
) -> Node:
    """Writes properties (full tags, in any order) as a property context.

    A PtypObject value is 8 bytes made by the caller, NID and size, and that NID is among `subnodes`. Values above 3580 bytes become
    subnodes too. The property `size_tag` (a 32-bit integer) is filled with the returned node's own `size_bytes`: PidTagMessageSize.
    Raises ValueError where two properties have one id.
    """
    heap = Heap(database, ClientSignature.PROPERTY_CONTEXT)
    values = HnidValues(database, heap, subnodes)
    root = _BTH.reserve(heap)
    pairs = properties.items() if isinstance(properties, Mapping) else properties
    records: dict[int, bytes] = {}
    for tag, value in sorted(pairs, key=_tag):
        if tag >> 16 in records:
            raise ValueError(f"two properties with the id {tag >> 16:#06x}")
        records[tag >> 16] = _record(tag, value, values)
    if size_tag is not None:
        records = _with_size(records, size_tag, heap, values)
    _BTH.write(heap, root, records.values())
    data = heap.complete(root)
    below = database.subnodes(values.subnodes)
    return Node(data.bid, below.bid, data.size_bytes + below.size_bytes)


def _with_size(records: dict[int, bytes], tag: int, heap: Heap, values: HnidValues) -> dict[int, bytes]:
    records[tag >> 16] = b""
    size = heap.size_with(_BTH.item_sizes(len(records))) + sum(subnode.size_bytes for subnode in values.subnodes)
    records[tag >> 16] = _record(tag, min(size, MAX_SIZE), values)
    return dict(sorted(records.items()))


def _tag(pair: tuple[int, Value]) -> int:
    return pair[0]


def _record(tag: int, value: Value, values: HnidValues) -> bytes:
    kind = tag & 0xFFFF
    data = encode_value(kind, value)
    return _RECORD.pack(tag >> 16, kind, int.from_bytes(data, "little") if kind in _INLINE else values.place(data))
