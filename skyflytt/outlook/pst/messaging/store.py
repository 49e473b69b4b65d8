"""The message store's own node, and the nodes that every PST file has beside its folders ([MS-PST] 2.4.3 and 2.7)."""

from __future__ import annotations

import struct

from skyflytt.outlook.mapi.tags import (
    CONTENT_COUNT,
    CONTENT_UNREAD_COUNT,
    DISPLAY_NAME,
    FINDER_ENTRY_ID,
    IPM_SUBTREE_ENTRY_ID,
    IPM_WASTEBASKET_ENTRY_ID,
    MESSAGE_CLASS,
    PST_LR_NO_RESTRICTIONS,
    PST_PASSWORD,
    RECEIVE_FOLDER_NID,
    RECORD_KEY,
    SEARCH_FOLDER_FLAGS,
    SUBFOLDERS,
    VALID_FOLDER_MASK,
)
from skyflytt.outlook.pst.ltp import Node, TableContext, write_property_context
from skyflytt.outlook.pst.messaging import columns
from skyflytt.outlook.pst.messaging.entry_id import store_entry_id
from skyflytt.outlook.pst.messaging.folders import Folder
from skyflytt.outlook.pst.messaging.stored import Stored
from skyflytt.outlook.pst.messaging.templates import Templates
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.nid import (
    IPM_SUBTREE,
    MESSAGE_STORE,
    OUTGOING_QUEUE_TABLE,
    RECEIVE_FOLDER_TABLE,
    ROOT_FOLDER,
    SEARCH_ACTIVITY_LIST,
    SEARCH_DOMAIN_OBJECT,
    SEARCH_MANAGEMENT_QUEUE,
    SEARCH_ROOT,
    SPAM_SEARCH_FOLDER,
    NodeType,
    sibling,
)

_NAMELESS = "Outlook Data File"
SPAM_SEARCH_NAME = "SPAM Search Folder 2"
# FOLDER_IPM_SUBTREE_VALID, FOLDER_IPM_WASTEBASKET_VALID, FOLDER_FINDER_VALID ([MS-OXPROPS] PidTagValidFolderMask).
_VALID_FOLDERS = 0x01 | 0x08 | 0x80


def write_store(database: NodeDatabase, name: str, record_key: bytes, wastebasket: int) -> None:
    """The store's property context; `wastebasket` is the folder of deleted items."""
    properties: Stored = {
        RECORD_KEY: record_key,
        DISPLAY_NAME: name or _NAMELESS,
        VALID_FOLDER_MASK: _VALID_FOLDERS,
        IPM_SUBTREE_ENTRY_ID: store_entry_id(record_key, IPM_SUBTREE),
        IPM_WASTEBASKET_ENTRY_ID: store_entry_id(record_key, wastebasket),
        FINDER_ENTRY_ID: store_entry_id(record_key, SEARCH_ROOT),
        PST_LR_NO_RESTRICTIONS: True,
        PST_PASSWORD: 0,
    }
    _add(database, MESSAGE_STORE, write_property_context(database, properties))


def write_search_nodes(database: NodeDatabase, templates: Templates) -> Folder:
    """The search folder for spam, which new files have, with what belongs to it; returns its place in the root folder."""
    folder = Folder(SPAM_SEARCH_FOLDER, ROOT_FOLDER, SPAM_SEARCH_NAME)
    properties: Stored = {DISPLAY_NAME: SPAM_SEARCH_NAME, CONTENT_COUNT: 0, CONTENT_UNREAD_COUNT: 0, SUBFOLDERS: False}
    _add(database, SPAM_SEARCH_FOLDER, write_property_context(database, properties), parent=ROOT_FOLDER)
    database.node(sibling(SPAM_SEARCH_FOLDER, NodeType.SEARCH_UPDATE_QUEUE), 0)
    criteria = write_property_context(database, {SEARCH_FOLDER_FLAGS: 0})
    _add(database, sibling(SPAM_SEARCH_FOLDER, NodeType.SEARCH_CRITERIA_OBJECT), criteria)
    contents = templates.empty(NodeType.SEARCH_CONTENTS_TABLE)
    database.node(sibling(SPAM_SEARCH_FOLDER, NodeType.SEARCH_CONTENTS_TABLE), contents)
    database.node(SEARCH_ACTIVITY_LIST, database.store(struct.pack("<I", SPAM_SEARCH_FOLDER)).bid)
    database.node(SEARCH_MANAGEMENT_QUEUE, 0)
    database.node(SEARCH_DOMAIN_OBJECT, 0)
    return folder


def write_queues(database: NodeDatabase) -> None:
    """Where mail is received, which is nowhere but the root, and the queue of what waits to be sent, which is empty."""
    receive = TableContext(database, columns.RECEIVE_FOLDERS)
    receive.add(1, {MESSAGE_CLASS: "", RECEIVE_FOLDER_NID: ROOT_FOLDER})
    _add(database, RECEIVE_FOLDER_TABLE, receive.complete())
    _add(database, OUTGOING_QUEUE_TABLE, TableContext(database, columns.OUTGOING_QUEUE).complete())


def _add(database: NodeDatabase, nid: int, node: Node, parent: int = 0) -> None:
    database.node(nid, node.data_bid, node.subnode_bid, parent)
