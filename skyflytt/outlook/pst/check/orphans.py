"""What no table names: messages and folders outside every folder's tables, and the remaining property contexts."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, at, found
from skyflytt.outlook.pst.check.folders import properties_of
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.messages import check_message
from skyflytt.outlook.pst.nid import NodeType, nid_type
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Subnode

MESSAGES = (NodeType.NORMAL_MESSAGE, NodeType.ASSOC_MESSAGE)
FOLDERS = (NodeType.NORMAL_FOLDER, NodeType.SEARCH_FOLDER)


def check(inspection: Inspection) -> Iterator[Finding]:
    nodes = inspection.database.nodes
    for position, nid in enumerate(nodes.nids):
        kind = nid_type(nid)
        if kind in MESSAGES and not inspection.seen[position]:
            node = nodes[position]
            offset = inspection.database.offset(node.data)
            yield Finding(
                "message.orphan", offset, at((nid,)), f"no row of a table of its folder {node.parent:#x} names it"
            )
            inspection.step()
            yield from check_message(inspection, Subnode(nid, node.data, node.subnodes), (nid,))
        elif kind in FOLDERS and not inspection.listed[position] and nid != nids.ROOT_FOLDER:
            offset = inspection.database.offset(nodes.data[position])
            yield Finding(
                "folder.orphan", offset, at((nid,)), f"no hierarchy row of {nodes.parents[position]:#x} names it"
            )
        elif kind == NodeType.SEARCH_CRITERIA_OBJECT and nodes.data[position]:
            try:
                yield from properties_of(inspection, nodes[position])
            except Broken as broken:
                yield found(broken, at((nid,)))
