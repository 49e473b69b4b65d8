"""Every node of the node tree: its blocks, parent and index ([MS-PST] 2.2.2.7.7.4, 2.4.1); the nodes that every file has (2.7)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.block_trees import count
from skyflytt.outlook.pst.check.finding import Finding, at
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.nid import NodeType, nid_index, nid_type, sibling
from skyflytt.outlook.pst.structure.keys import Node

MANDATORY = (
    nids.MESSAGE_STORE,
    nids.NAME_TO_ID_MAP,
    nids.ROOT_FOLDER,
    nids.SEARCH_MANAGEMENT_QUEUE,
    nids.SEARCH_ACTIVITY_LIST,
    nids.SEARCH_DOMAIN_OBJECT,
    nids.HIERARCHY_TABLE_TEMPLATE,
    nids.CONTENTS_TABLE_TEMPLATE,
    nids.ASSOC_CONTENTS_TABLE_TEMPLATE,
    nids.SEARCH_CONTENTS_TABLE_TEMPLATE,
    nids.ATTACHMENT_TABLE_TEMPLATE,
    nids.RECIPIENT_TABLE_TEMPLATE,
    nids.RECEIVE_FOLDER_TABLE,
    nids.OUTGOING_QUEUE_TABLE,
    nids.IPM_SUBTREE,
    nids.SEARCH_ROOT,
)
USUAL = (nids.SPAM_SEARCH_FOLDER,)
FOLDERS = (NodeType.NORMAL_FOLDER, NodeType.SEARCH_FOLDER)
CHILDREN = (*FOLDERS, NodeType.NORMAL_MESSAGE, NodeType.ASSOC_MESSAGE)
COMPANIONS = {
    NodeType.SEARCH_UPDATE_QUEUE: NodeType.SEARCH_FOLDER,
    NodeType.SEARCH_CRITERIA_OBJECT: NodeType.SEARCH_FOLDER,
    NodeType.HIERARCHY_TABLE: NodeType.NORMAL_FOLDER,
    NodeType.CONTENTS_TABLE: NodeType.NORMAL_FOLDER,
    NodeType.ASSOC_CONTENTS_TABLE: NodeType.NORMAL_FOLDER,
    NodeType.SEARCH_CONTENTS_TABLE: NodeType.SEARCH_FOLDER,
}
"""Nodes that belong to the folder with the same index."""
LOWEST_TEMPLATE, FIRST_USER_INDEX = 0x30, 0x400


def check(inspection: Inspection) -> Iterator[Finding]:
    nodes = inspection.database.nodes
    yield from mandatory(inspection)
    for position in range(len(nodes)):
        node = nodes[position]
        yield from check_blocks(inspection, node)
        yield from check_parent(inspection, node)
        yield from check_index(inspection, node)


def mandatory(inspection: Inspection) -> Iterator[Finding]:
    for nid in MANDATORY:
        if inspection.database.nodes.position(nid) < 0:
            yield Finding("node.missing", 0, at((nid,)), "every PST file has this node")
    for nid in USUAL:
        if inspection.database.nodes.position(nid) < 0:
            yield Finding("node.usual-missing", 0, at((nid,)), "files written by Outlook have this node")


def check_blocks(inspection: Inspection, node: Node) -> Iterator[Finding]:
    for bid in (node.data, node.subnodes):
        if bid:
            yield from count(inspection, bid, 0, at((node.nid,)))


def check_parent(inspection: Inspection, node: Node) -> Iterator[Finding]:
    kind = nid_type(node.nid)
    if node.nid == nids.ROOT_FOLDER:
        if node.parent != node.nid:
            yield Finding(
                "node.parent", 0, at((node.nid,)), f"the root folder's parent is {node.parent:#x}, not itself"
            )
    elif kind in CHILDREN:
        if node.parent == node.nid or nid_type(node.parent) not in FOLDERS:
            yield Finding("node.parent", 0, at((node.nid,)), f"its parent {node.parent:#x} is no folder")
        elif inspection.database.nodes.position(node.parent) < 0:
            yield Finding("node.parent", 0, at((node.nid,)), f"its parent {node.parent:#x} is not there")
        elif kind in FOLDERS and not reaches_root(inspection, node):
            yield Finding("node.parent-loop", 0, at((node.nid,)), "its parents never lead to the root folder")
    elif node.parent:
        yield Finding("node.parent-set", 0, at((node.nid,)), f"nidParent is {node.parent:#x}, not 0")


def reaches_root(inspection: Inspection, node: Node) -> bool:
    seen: set[int] = set()
    one: Node | None = node
    while one is not None and one.nid not in seen:
        if one.nid == nids.ROOT_FOLDER:
            return True
        seen.add(one.nid)
        one = inspection.database.nodes.find(one.parent)
    return False


def check_index(inspection: Inspection, node: Node) -> Iterator[Finding]:
    kind, index = nid_type(node.nid), nid_index(node.nid)
    owner = COMPANIONS.get(kind)  # type: ignore[call-overload]
    is_template = index == LOWEST_TEMPLATE
    if owner is not None and not is_template and inspection.database.nodes.position(sibling(node.nid, owner)) < 0:
        yield Finding("node.orphan", 0, at((node.nid,)), f"its folder {sibling(node.nid, owner):#x} is not there")
    if kind in CHILDREN and index >= FIRST_USER_INDEX and index > inspection.header.last_indexes[kind]:
        last = inspection.header.last_indexes[kind]
        yield Finding("node.index", 0, at((node.nid,)), f"its index {index:#x} is above rgnid[{kind}] = {last:#x}")
