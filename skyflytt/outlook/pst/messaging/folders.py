"""A folder: its property context, and the tables of its subfolders, messages and associated messages ([MS-PST] 2.4.4)."""

from __future__ import annotations

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mapi.tags import (
    CONTAINER_CLASS,
    CONTENT_COUNT,
    CONTENT_UNREAD_COUNT,
    CONVERSATION_ID,
    DISPLAY_NAME,
    MESSAGE_FLAGS,
    MESSAGE_STATUS,
    SUBFOLDERS,
)
from skyflytt.outlook.pst.ltp import TableContext, write_property_context
from skyflytt.outlook.pst.messaging import columns
from skyflytt.outlook.pst.messaging.computed import READ
from skyflytt.outlook.pst.messaging.conversation import conversation_id
from skyflytt.outlook.pst.messaging.messages import WrittenMessage, message_status
from skyflytt.outlook.pst.messaging.objects import store_objects
from skyflytt.outlook.pst.messaging.stored import Stored
from skyflytt.outlook.pst.messaging.templates import Templates
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.nid import NodeType, sibling

# A table holds up to four blocks: the first and the last of its heap, one with fill levels, and that with the last rows.
_HELD_ROW_BYTES = 8192
_HELD_BYTES = 4 * 8192
_INDEX_BYTES = 9
_ROWS_OF_SUBFOLDER = 256
_OWN_BYTES = 4096


class Folder:
    """Takes rows while messages come, and writes all of itself in `complete`. Its tables hold their last blocks and the row ids only."""

    def __init__(self, nid: int, parent: int, name: str, container_class: str = "") -> None:
        self.nid = nid
        self.parent = parent
        self.name = name
        self.container_class = container_class
        self.properties: Stored = {}
        self.children: list[Folder] = []
        self._rows: dict[NodeType, TableContext] = {}
        self._unread = 0

    @property
    def held_bytes(self) -> int:
        """At most what `complete` will write."""
        rows = sum(
            min(len(table) * _HELD_ROW_BYTES, _HELD_BYTES) + len(table) * _INDEX_BYTES for table in self._rows.values()
        )
        return _OWN_BYTES + _ROWS_OF_SUBFOLDER + rows

    def add(self, database: NodeDatabase, nid: int, message: Message, written: WrittenMessage) -> None:
        """The row of a message: exactly those cells that the message itself has, and the two that only rows have ([MS-PST] 2.4.4.5)."""
        cells = {tag: value for tag, value in written.properties.items() if tag in _CONTENTS}
        cells[MESSAGE_STATUS] = message_status(message)
        if (conversation := conversation_id(written.properties)) is not None:
            cells[CONVERSATION_ID] = conversation
        flags = cells[MESSAGE_FLAGS]
        self._unread += not (isinstance(flags, int) and flags & READ)
        self._table(database, NodeType.CONTENTS_TABLE, columns.CONTENTS).add(nid, cells)

    def add_associated(self, database: NodeDatabase, nid: int, message: Message, written: WrittenMessage) -> None:
        """The row of an associated message ([MS-PST] 2.4.4.6)."""
        cells = {tag: value for tag, value in written.properties.items() if tag in _ASSOC_CONTENTS}
        cells[MESSAGE_STATUS] = message_status(message)
        self._table(database, NodeType.ASSOC_CONTENTS_TABLE, columns.ASSOC_CONTENTS).add(nid, cells)

    def complete(self, database: NodeDatabase, templates: Templates) -> None:
        """Writes the folder's four nodes; nothing may be added after it, here or as a subfolder."""
        for child in sorted(self.children, key=_nid):
            cells = {tag: value for tag, value in child._own_properties().items() if tag in _HIERARCHY}
            self._table(database, NodeType.HIERARCHY_TABLE, columns.HIERARCHY).add(child.nid, cells)
        properties = self._own_properties()
        node = write_property_context(database, properties, store_objects(database, properties))
        database.node(self.nid, node.data_bid, node.subnode_bid, self.parent)
        for kind in (NodeType.HIERARCHY_TABLE, NodeType.CONTENTS_TABLE, NodeType.ASSOC_CONTENTS_TABLE):
            self._complete_table(database, templates, kind)

    def _own_properties(self) -> Stored:
        contents = self._rows.get(NodeType.CONTENTS_TABLE, ())
        own: Stored = {
            DISPLAY_NAME: self.name,
            CONTENT_COUNT: len(contents),
            CONTENT_UNREAD_COUNT: self._unread,
            SUBFOLDERS: bool(self.children),
        }
        if self.container_class:
            own[CONTAINER_CLASS] = self.container_class
        return self.properties | own

    def _table(self, database: NodeDatabase, kind: NodeType, tags: tuple[int, ...]) -> TableContext:
        table = self._rows.get(kind)
        if table is None:
            table = self._rows[kind] = TableContext(database, tags)
        return table

    def _complete_table(self, database: NodeDatabase, templates: Templates, kind: NodeType) -> None:
        table = self._rows.get(kind)
        if table is None:
            database.node(sibling(self.nid, kind), templates.empty(kind))
        else:
            node = table.complete()
            database.node(sibling(self.nid, kind), node.data_bid, node.subnode_bid)


def _nid(folder: Folder) -> int:
    return folder.nid


_HIERARCHY = frozenset(columns.HIERARCHY)
_CONTENTS = frozenset(columns.CONTENTS)
_ASSOC_CONTENTS = frozenset(columns.ASSOC_CONTENTS)
