"""Search folders ([MS-PST] 2.4.8): their contents are of other folders, so the table is looked at, not what it leads to."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding, at, found
from skyflytt.outlook.pst.check.folders import properties_of
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.tables import check_table, read_table
from skyflytt.outlook.pst.nid import NodeType, nid_type, sibling
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.keys import Node


def check(inspection: Inspection) -> Iterator[Finding]:
    nodes = inspection.database.nodes
    for position, nid in enumerate(nodes.nids):
        if nid_type(nid) == NodeType.SEARCH_FOLDER:
            yield from check_search_folder(inspection, nodes[position])


def check_search_folder(inspection: Inspection, node: Node) -> Iterator[Finding]:
    try:
        yield from properties_of(inspection, node)
    except Broken as broken:
        yield found(broken, at((node.nid,)))
    for kind in (NodeType.SEARCH_UPDATE_QUEUE, NodeType.SEARCH_CRITERIA_OBJECT, NodeType.SEARCH_CONTENTS_TABLE):
        nid = sibling(node.nid, kind)
        companion = inspection.database.nodes.find(nid)
        if companion is None:
            yield Finding("folder.search-companion", 0, at((node.nid,)), f"its node {nid:#x} is not there")
        elif kind == NodeType.SEARCH_CONTENTS_TABLE:
            yield from check_search_contents(inspection, companion)


def check_search_contents(inspection: Inspection, node: Node) -> Iterator[Finding]:
    def each(_: bytes, row_id: int) -> Iterator[Finding]:
        if inspection.database.nodes.position(row_id) < 0:
            yield Finding("folder.search-row", 0, at((node.nid,)), f"the row names {row_id:#x}, which is not there")

    inspection.seen[inspection.database.nodes.position(node.nid)] = 1
    try:
        table = yield from read_table(inspection, node.data, node.subnodes, (node.nid,))
        yield from check_table(table, (node.nid,), each)
    except Broken as broken:
        yield Finding("folder.search-contents", broken.offset, at((node.nid,)), broken.detail)
