"""The attachment table of a message and its attachments ([MS-PST] 2.4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.outlook.mapi.types import PropertyType
from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.messages import DEEPEST, check_message
from skyflytt.outlook.pst.check.parity import check_parity
from skyflytt.outlook.pst.check.property_contexts import read_properties
from skyflytt.outlook.pst.check.tables import check_table, read_table
from skyflytt.outlook.pst.check.templates import check_columns
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Subnode
from skyflytt.outlook.pst.structure.property_context import PropertyContext, subnode_map
from skyflytt.outlook.pst.structure.table_context import TableContext

SIZE, DATA, METHOD, RENDERING = 0x0E20, 0x3701, 0x3705, 0x370B
EMBEDDED_MESSAGE = 5
OBJECT = int(PropertyType.OBJECT)


def check_attachments(
    inspection: Inspection, node: Subnode | None, attachments: Sequence[Subnode], place: Place
) -> Iterator[Finding]:
    """`node` is the table; `attachments` are the subnodes of type 5."""
    by_nid = {one.nid: one for one in attachments}
    rows: dict[int, bytes] = {}
    table: TableContext | None = None

    def take(row: bytes, row_id: int) -> Iterator[Finding]:
        rows[row_id] = row
        if row_id not in by_nid:
            yield Finding(
                "attachment.row-only", 0, at(place), f"the attachment table names {row_id:#x}, which is not there"
            )

    if node is not None:
        try:
            table = yield from read_table(inspection, node.data, node.subnodes, (*place, node.nid))
            yield from check_table(table, (*place, node.nid), take)
            yield from check_columns(inspection, table, nids.ATTACHMENT_TABLE_TEMPLATE, (*place, node.nid))
        except Broken as broken:
            yield found(broken, at((*place, node.nid)))
    for one in attachments:
        below = (*place, one.nid)
        if one.nid not in rows:
            yield Finding(
                "attachment.no-row", inspection.database.offset(one.data), at(below), "no row of the table names it"
            )
        try:
            yield from check_attachment(inspection, one, below, table, rows.get(one.nid))
        except Broken as broken:
            yield found(broken, at(below))


def check_attachment(
    inspection: Inspection, node: Subnode, place: Place, table: TableContext | None, row: bytes | None
) -> Iterator[Finding]:
    subnodes = subnode_map(inspection.database, node.subnodes)
    context = yield from read_properties(inspection, node.data, subnodes, place)
    for pid in (SIZE, METHOD, RENDERING):
        if pid not in context.records:
            yield Finding(
                "attachment.property-missing", context.heap.offset, at(place), f"it has no property {pid:04x}"
            )
    if SIZE in context.records:
        size = sum(size_of(context, pid) for pid in context.records)
        if context.integer(SIZE) != size & 0xFFFFFFFF:
            detail = f"0e20 is {context.integer(SIZE)}, its values have {size} bytes"
            yield Finding("attachment.size", context.heap.offset, at(place), detail)
    if table is not None and row is not None:
        yield from check_parity(table, row, context, place)
    if context.integer(METHOD) == EMBEDDED_MESSAGE:
        yield from check_embedded(inspection, context, place)


def size_of(context: PropertyContext, pid: int) -> int:
    """Bytes that a value counts for in PidTagAttachSize: an object with all that is below it, not its pointer."""
    kind, value = context.records[pid]
    if kind == OBJECT and value:
        return int.from_bytes(context.hnid(value)[4:8], "little")
    return context.size(pid)


def check_embedded(inspection: Inspection, context: PropertyContext, place: Place) -> Iterator[Finding]:
    """The attached message is the subnode that the object property names."""
    kind, value = context.records.get(DATA, (0, 0))
    if kind != OBJECT or not value:
        yield Finding(
            "attachment.no-message", context.heap.offset, at(place), "its method is 5, and 3701000d is not there"
        )
        return
    nid = int.from_bytes(context.hnid(value)[:4], "little")
    node = context.subnodes.get(nid)
    if node is None:
        yield Finding(
            "attachment.no-message", context.heap.offset, at(place), f"its message, subnode {nid:#x}, is not there"
        )
    elif len(place) > DEEPEST:
        yield Finding(
            "message.depth", context.heap.offset, at(place[:3]), f"messages lie {len(place)} deep in one another"
        )
    else:
        yield from check_message(inspection, node, (*place, nid))
