"""Folders, their tables and what is in them ([MS-PST] 2.4.4)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.messages import READ, check_message
from skyflytt.outlook.pst.check.parity import check_parity
from skyflytt.outlook.pst.check.property_contexts import read_properties
from skyflytt.outlook.pst.check.tables import RowCheck, check_table, read_table
from skyflytt.outlook.pst.check.templates import check_columns
from skyflytt.outlook.pst.nid import NodeType, nid_type, sibling
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Subnode
from skyflytt.outlook.pst.structure.heap import Heap
from skyflytt.outlook.pst.structure.keys import Node
from skyflytt.outlook.pst.structure.property_context import PropertyContext, subnode_map
from skyflytt.outlook.pst.structure.table_context import TableContext

NAME, COUNT, UNREAD, SUBFOLDERS, CONTAINER_CLASS = 0x3001, 0x3602, 0x3603, 0x360A, 0x3613
IN_HIERARCHY = frozenset({NAME, COUNT, UNREAD, SUBFOLDERS, CONTAINER_CLASS})
MESSAGE_FLAGS = 0x0E070003


def check(inspection: Inspection) -> Iterator[Finding]:
    nodes = inspection.database.nodes
    for position, nid in enumerate(nodes.nids):
        if nid_type(nid) == NodeType.NORMAL_FOLDER:
            yield from check_folder(inspection, nodes[position])


class Counts:
    """What the tables of a folder really hold."""

    def __init__(self) -> None:
        self.messages = self.unread = self.subfolders = 0


def check_folder(inspection: Inspection, node: Node) -> Iterator[Finding]:
    counts = Counts()
    context: PropertyContext | None = None
    try:
        context = yield from properties_of(inspection, node)
    except Broken as broken:
        yield found(broken, at((node.nid,)))
    yield from check_own_table(inspection, node, NodeType.HIERARCHY_TABLE, subfolders(inspection, node, counts))
    yield from check_own_table(inspection, node, NodeType.CONTENTS_TABLE, messages(inspection, node, counts))
    yield from check_own_table(inspection, node, NodeType.ASSOC_CONTENTS_TABLE, associated(inspection, node))
    try:
        if context is not None:
            yield from check_counts(context, counts, (node.nid,))
    except Broken as broken:
        yield found(broken, at((node.nid,)))


def properties_of(inspection: Inspection, node: Node) -> Generator[Finding, None, PropertyContext]:
    """The properties of a node, checked; it counts as seen from now on. Raises Broken where they cannot be read."""
    inspection.seen[inspection.database.nodes.position(node.nid)] = 1
    inspection.step()
    subnodes = subnode_map(inspection.database, node.subnodes)
    return (yield from read_properties(inspection, node.data, subnodes, (node.nid,)))


def check_counts(context: PropertyContext, counts: Counts, place: Place) -> Iterator[Finding]:
    offset = context.heap.offset
    if NAME not in context.records:
        yield Finding("folder.property-missing", offset, at(place), "it has no property 3001")
    for pid, real in ((COUNT, counts.messages), (UNREAD, counts.unread), (SUBFOLDERS, int(counts.subfolders > 0))):
        if pid not in context.records:
            yield Finding("folder.property-missing", offset, at(place), f"it has no property {pid:04x}")
        elif context.integer(pid) != real:
            code = {COUNT: "folder.count", UNREAD: "folder.unread", SUBFOLDERS: "folder.subfolders"}[pid]
            yield Finding(code, offset, at(place), f"{pid:04x} is {context.integer(pid)}, its tables say {real}")


TableRow = Callable[[TableContext], RowCheck]


def check_own_table(inspection: Inspection, folder: Node, kind: NodeType, each: TableRow) -> Iterator[Finding]:
    nid = sibling(folder.nid, kind)
    node = inspection.database.nodes.find(nid)
    if node is None:
        yield Finding("folder.table-missing", 0, at((folder.nid,)), f"its table {nid:#x} is not there")
        return
    inspection.seen[inspection.database.nodes.position(nid)] = 1
    inspection.step()
    try:
        table = yield from read_table(inspection, node.data, node.subnodes, (nid,))
        yield from check_table(table, (nid,), each(table))
        template = nids.HIERARCHY_TABLE_TEMPLATE & ~0x1F | kind
        yield from check_columns(inspection, table, template, (nid,))
    except Broken as broken:
        yield found(broken, at((nid,)))


def subfolders(inspection: Inspection, folder: Node, counts: Counts) -> TableRow:
    def start(table: TableContext) -> RowCheck:
        def each(row: bytes, row_id: int) -> Iterator[Finding]:
            counts.subfolders += 1
            node = named(inspection, row_id)
            place = (sibling(folder.nid, NodeType.HIERARCHY_TABLE), row_id)
            if node is None or nid_type(row_id) not in (NodeType.NORMAL_FOLDER, NodeType.SEARCH_FOLDER):
                yield Finding(
                    "folder.row-only", table.heap.offset, at(place), f"the row names {row_id:#x}, which is no folder"
                )
                return
            yield from check_belongs(inspection, table, node, folder, place)
            try:
                subnodes = subnode_map(inspection.database, node.subnodes)
                context = PropertyContext(Heap(inspection.database, node.data), subnodes)
                yield from check_parity(table, row, context, place, only=IN_HIERARCHY)
            except Broken as broken:
                yield found(broken, at(place))

        return each

    return start


def messages(inspection: Inspection, folder: Node, counts: Counts) -> TableRow:
    def start(table: TableContext) -> RowCheck:
        flags = next((column for column in table.columns if column.tag == MESSAGE_FLAGS), None)

        def each(row: bytes, row_id: int) -> Iterator[Finding]:
            counts.messages += 1
            if flags is not None and not row[flags.start] & READ:
                counts.unread += 1
            yield from check_row(inspection, table, row, row_id=row_id, folder=folder, kind=NodeType.NORMAL_MESSAGE)

        return each

    return start


def associated(inspection: Inspection, folder: Node) -> TableRow:
    def start(table: TableContext) -> RowCheck:
        def each(row: bytes, row_id: int) -> Iterator[Finding]:
            yield from check_row(inspection, table, row, row_id=row_id, folder=folder, kind=NodeType.ASSOC_MESSAGE)

        return each

    return start


def check_row(
    inspection: Inspection, table: TableContext, row: bytes, *, row_id: int, folder: Node, kind: NodeType
) -> Iterator[Finding]:
    """A message, as the row of its folder's contents table names it."""
    place = (folder.nid, row_id)
    node = named(inspection, row_id)
    if node is None or nid_type(row_id) != kind:
        yield Finding(
            "folder.row-only", table.heap.offset, at(place), f"the row names {row_id:#x}, which is no such message"
        )
        return
    yield from check_belongs(inspection, table, node, folder, place)
    inspection.seen[inspection.database.nodes.position(row_id)] = 1
    inspection.step()
    yield from check_message(inspection, Subnode(node.nid, node.data, node.subnodes), place, (table, row))


def named(inspection: Inspection, nid: int) -> Node | None:
    return inspection.database.nodes.find(nid)


def check_belongs(
    inspection: Inspection, table: TableContext, node: Node, folder: Node, place: Place
) -> Iterator[Finding]:
    position = inspection.database.nodes.position(node.nid)
    if node.parent != folder.nid:
        detail = f"nidParent is {node.parent:#x}, the table is of {folder.nid:#x}"
        yield Finding("folder.row-parent", table.heap.offset, at(place), detail)
    if inspection.listed[position]:
        yield Finding("folder.row-twice", table.heap.offset, at(place), "more than one row names it")
    inspection.listed[position] = 1
