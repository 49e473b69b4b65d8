"""Messages, also those that are attached to others: required properties, size, flags, subnodes ([MS-PST] 2.4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.parity import check_parity
from skyflytt.outlook.pst.check.property_contexts import INLINE, read_properties
from skyflytt.outlook.pst.check.recipients import check_recipients
from skyflytt.outlook.pst.nid import NodeType, nid_type
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Database, Subnode
from skyflytt.outlook.pst.structure.property_context import PropertyContext, subnode_map
from skyflytt.outlook.pst.structure.table_context import TableContext

MESSAGE_CLASS, SUBJECT, FLAGS, SIZE = 0x001A, 0x0037, 0x0E07, 0x0E08
CREATED, MODIFIED, SEARCH_KEY, ROW_STATUS = 0x3007, 0x3008, 0x300B, 0x0E17
REQUIRED = (MESSAGE_CLASS, FLAGS, SIZE)
USUAL = (CREATED, MODIFIED, SEARCH_KEY)
READ, HAS_ATTACHMENTS = 0x01, 0x10
DEEPEST = 64
"""Messages within messages: more is taken for a loop."""


def check_message(
    inspection: Inspection, node: Subnode, place: Place, row: tuple[TableContext, bytes] | None = None
) -> Iterator[Finding]:
    """A message with everything below it, and its row in a contents table."""
    database = inspection.database
    try:
        subnodes = subnode_map(database, node.subnodes)
        context = yield from read_properties(inspection, node.data, subnodes, place)
        yield from check_required(context, place)
        yield from check_size(database, node, context, place)
        yield from check_subject(context, place)
        if row is not None:
            yield from check_parity(row[0], row[1], context, place)
        yield from check_subnodes(inspection, context, subnodes, place)
    except Broken as broken:
        yield found(broken, at(place))


def check_required(context: PropertyContext, place: Place) -> Iterator[Finding]:
    for pid in REQUIRED:
        if pid not in context.records:
            yield Finding("message.property-missing", context.heap.offset, at(place), f"it has no property {pid:04x}")
    for pid in USUAL:
        if pid not in context.records:
            yield Finding("message.property-usual", context.heap.offset, at(place), f"it has no property {pid:04x}")
    if ROW_STATUS in context.records:
        yield Finding("message.row-property", context.heap.offset, at(place), "0e17 belongs into the row alone")
    if SEARCH_KEY in context.records and context.size(SEARCH_KEY) != 16:
        yield Finding(
            "message.search-key", context.heap.offset, at(place), f"it has {context.size(SEARCH_KEY)} bytes, not 16"
        )


def check_size(database: Database, node: Subnode, context: PropertyContext, place: Place) -> Iterator[Finding]:
    """Raises Broken where subnodes lead in a circle, which nothing that follows would survive."""
    size = size_below(database, node, ())
    record = context.records.get(SIZE)
    if record is not None and record[1] != size & 0xFFFFFFFF:
        yield Finding(
            "message.size", context.heap.offset, at(place), f"0e08 is {record[1]}, its data have {size} bytes"
        )


def size_below(database: Database, node: Subnode, above: tuple[int, ...]) -> int:
    """Bytes of data of a node and of all its subnodes; `above` are the subnode trees that lead to it."""
    if (node.subnodes and node.subnodes in above) or len(above) > DEEPEST:
        where = database.offset(node.subnodes)
        raise Broken("message.depth", where, f"subnodes lie {len(above)} deep in one another, or in a circle")
    path = (*above, node.subnodes)
    below = sum(size_below(database, one, path) for one in database.subnodes(node.subnodes))
    return database.data_size(node.data) + below


def check_subject(context: PropertyContext, place: Place) -> Iterator[Finding]:
    """A prefix is announced by the characters 0x01 and its length plus one ([MS-PST] 2.5.3.1.1.1)."""
    record = context.records.get(SUBJECT)
    if record is None or record[0] != 0x001F:
        return
    raw = context.raw(SUBJECT) or b""
    if not raw:
        return
    length = int.from_bytes(raw[2:4], "little")
    if raw[:2] != b"\1\0":
        yield Finding(
            "message.subject-plain", context.heap.offset, at(place), "0037 does not begin with 0x01 and a length"
        )
    elif not 1 <= length <= len(raw) // 2 - 1:
        yield Finding(
            "message.subject-prefix", context.heap.offset, at(place), f"its prefix ends at {length}, beyond the subject"
        )


def check_subnodes(
    inspection: Inspection, context: PropertyContext, subnodes: Mapping[int, Subnode], place: Place
) -> Iterator[Finding]:
    from skyflytt.outlook.pst.check.attachments import check_attachments  # noqa: PLC0415

    recipients = subnodes.get(nids.RECIPIENT_TABLE)
    if recipients is None:
        yield Finding(
            "message.no-recipients", context.heap.offset, at(place), "it has no recipient table (subnode 0x692)"
        )
    else:
        yield from check_recipients(inspection, recipients, (*place, recipients.nid))
    there = [one for nid, one in subnodes.items() if nid_type(nid) == NodeType.ATTACHMENT]
    table = subnodes.get(nids.ATTACHMENT_TABLE)
    if table is not None and not there:
        yield Finding(
            "message.empty-attachments",
            context.heap.offset,
            at(place),
            "it has an attachment table without attachments",
        )
    flags = context.integer(FLAGS)
    if flags is not None and bool(flags & HAS_ATTACHMENTS) != bool(there):
        detail = f"0e07 is {flags:#x}, and it has {len(there)} attachments"
        yield Finding("message.has-attachments", context.heap.offset, at(place), detail)
    yield from check_attachments(inspection, table, there, place)
    used = {value for kind, value in context.records.values() if value & 0x1F and kind not in INLINE}
    for nid in subnodes:
        if nid not in used and nid_type(nid) == NodeType.LTP:
            yield Finding(
                "message.subnode-orphan", context.heap.offset, at(place), f"no property has the subnode {nid:#x}"
            )
