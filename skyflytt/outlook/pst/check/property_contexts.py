"""Property contexts: the order of records, and every value by its type ([MS-PST] 2.3.3)."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Mapping
from struct import unpack_from

from skyflytt.outlook.mapi.types import MULTIPLE, PropertyType
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.heaps import read_heap
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Subnode
from skyflytt.outlook.pst.structure.property_context import HEAP_SIZE, INLINE_SIZE, PropertyContext

TYPES = frozenset(int(kind) for kind in PropertyType)
INLINE = {int(kind): size for kind, size in INLINE_SIZE.items()}
FIXED = {int(kind): size for kind, size in HEAP_SIZE.items()}
BOOLEAN, OBJECT, STRING = int(PropertyType.BOOLEAN), int(PropertyType.OBJECT), int(PropertyType.STRING)
ELEMENT_SIZE = {0x1002: 2, 0x1003: 4, 0x1004: 4, 0x1005: 8, 0x1006: 8, 0x1007: 8, 0x1014: 8, 0x1040: 8, 0x1048: 16}
FIRST_NAMED = 0x8000


def read_properties(
    inspection: Inspection, data: int, subnodes: Mapping[int, Subnode], place: Place
) -> Generator[Finding, None, PropertyContext]:
    """The properties in the data tree `data`, checked. Raises Broken where there are none to be read."""
    heap = yield from read_heap(inspection.database, data, place)
    context = PropertyContext(heap, subnodes)
    yield from check_properties(inspection, context, place)
    return context


def check_properties(inspection: Inspection, context: PropertyContext, place: Place) -> Iterator[Finding]:
    if context.disorder is not None:
        yield Finding(
            "pc.order", context.heap.offset, at(place), f"the property {context.disorder:#06x} does not ascend"
        )
    if not context.records:
        yield Finding("pc.empty", context.heap.offset, at(place), "it has no property")
    for pid, (kind, value) in context.records.items():
        if kind in INLINE:
            if kind == BOOLEAN and value & 0xFF > 1:
                yield of(context, place, "pc.boolean", (pid, kind), f"has the value {value:#x}")
        else:
            try:
                yield from check_value(context, place, pid, kind, value)
            except Broken as broken:
                yield found(broken, f"{at(place)}, property {pid:04x}{kind:04x}")
        if pid >= FIRST_NAMED and inspection.names is not None and pid - FIRST_NAMED >= inspection.names:
            yield of(context, place, "pc.unnamed", (pid, kind), f"is beyond the {inspection.names} named properties")


def of(context: PropertyContext, place: Place, code: str, tag: tuple[int, int], detail: str) -> Finding:
    """`tag` is the property's id and type."""
    pid, kind = tag
    return Finding(code, context.heap.offset, f"{at(place)}, property {pid:04x}{kind:04x}", f"it {detail}")


def check_value(context: PropertyContext, place: Place, pid: int, kind: int, value: int) -> Iterator[Finding]:
    """A value behind an HNID. Raises Broken where the HNID leads nowhere."""
    if kind not in TYPES:
        yield of(context, place, "pc.type", (pid, kind), f"has the unknown type {kind:#06x}")
        return
    if not value:
        if kind in FIXED or kind == OBJECT:
            yield of(context, place, "pc.value-size", (pid, kind), "has no value")
        return
    if value & 0x1F:
        yield from check_in_subnode(context, place, pid, kind, value)
        return
    data = context.heap.item(value)
    if not data:
        yield of(context, place, "pc.empty-item", (pid, kind), f"points at the empty heap item {value:#x}")
    elif kind == STRING:
        if len(data) & 1 or data[-2:] == b"\0\0":
            yield of(context, place, "pc.string", (pid, kind), "ends in a NUL or within a character")
    elif kind in FIXED:
        if len(data) != FIXED[kind]:
            yield of(context, place, "pc.value-size", (pid, kind), f"has {len(data)} bytes, not {FIXED[kind]}")
    elif kind == OBJECT:
        yield from check_object(context, place, pid, data)
    elif kind & MULTIPLE:
        yield from check_multiple(context, place, pid, kind, data)


def check_in_subnode(context: PropertyContext, place: Place, pid: int, kind: int, value: int) -> Iterator[Finding]:
    """Of a value in a subnode only the size is looked at, unless it is a multiple one."""
    size = context.size(pid)
    if kind in FIXED or kind == OBJECT:
        yield of(context, place, "pc.value-size", (pid, kind), f"has {size} bytes in a subnode")
    elif kind == STRING:
        if size & 1:
            yield of(context, place, "pc.string", (pid, kind), f"has an odd number of bytes, {size}")
    elif kind & MULTIPLE:
        yield from check_multiple(context, place, pid, kind, context.hnid(value))


def check_object(context: PropertyContext, place: Place, pid: int, data: bytes) -> Iterator[Finding]:
    nid = int.from_bytes(data[:4], "little")
    if len(data) != 8:
        yield of(context, place, "pc.value-size", (pid, OBJECT), f"has {len(data)} bytes, not 8")
    elif nid not in context.subnodes:
        yield of(context, place, "pc.object", (pid, OBJECT), f"names the subnode {nid:#x}, which is not there")


def check_multiple(context: PropertyContext, place: Place, pid: int, kind: int, data: bytes) -> Iterator[Finding]:
    """Fixed elements fill the value; others follow a count and ascending offsets ([MS-PST] 2.3.3.4)."""
    element = ELEMENT_SIZE.get(kind)
    if element:
        if len(data) % element:
            yield of(context, place, "pc.multiple", (pid, kind), f"has {len(data)} bytes for elements of {element}")
        return
    count = int.from_bytes(data[:4], "little")
    if len(data) < 4 + 4 * count:
        yield of(context, place, "pc.multiple", (pid, kind), f"names {count} values in {len(data)} bytes")
        return
    offsets = (*unpack_from(f"<{count}I", data, 4), len(data))
    if offsets[0] != 4 + 4 * count or any(one > two for one, two in itertools.pairwise(offsets)):
        yield of(
            context, place, "pc.multiple", (pid, kind), "has offsets that do not ascend from behind the last of them"
        )
