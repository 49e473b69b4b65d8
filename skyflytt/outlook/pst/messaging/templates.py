"""The empty tables that every PST file has, and that its empty folders share ([MS-PST] 2.7.3)."""

from __future__ import annotations

from skyflytt.outlook.pst.ltp import Node, TableContext
from skyflytt.outlook.pst.messaging import columns
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from skyflytt.outlook.pst.nid import (
    ASSOC_CONTENTS_TABLE_TEMPLATE,
    ATTACHMENT_TABLE_TEMPLATE,
    CONTENTS_TABLE_TEMPLATE,
    HIERARCHY_TABLE_TEMPLATE,
    RECIPIENT_TABLE_TEMPLATE,
    SEARCH_CONTENTS_TABLE_TEMPLATE,
    NodeType,
    nid_type,
)

_TEMPLATES = {
    HIERARCHY_TABLE_TEMPLATE: columns.HIERARCHY,
    CONTENTS_TABLE_TEMPLATE: columns.CONTENTS,
    ASSOC_CONTENTS_TABLE_TEMPLATE: columns.ASSOC_CONTENTS,
    SEARCH_CONTENTS_TABLE_TEMPLATE: columns.SEARCH_CONTENTS,
    ATTACHMENT_TABLE_TEMPLATE: columns.ATTACHMENTS,
    RECIPIENT_TABLE_TEMPLATE: columns.RECIPIENTS,
}


class Templates:
    """Writes the template nodes; their blocks serve for every empty table of the same kind."""

    def __init__(self, database: NodeDatabase) -> None:
        self._database = database
        self._tables: dict[int, Node] = {}
        for nid, tags in _TEMPLATES.items():
            table = self._tables[nid_type(nid)] = TableContext(database, tags).complete()
            database.node(nid, table.data_bid)

    def empty(self, kind: NodeType) -> int:
        """The data BID for one more empty table."""
        return self._database.refer(self._tables[kind].data_bid)

    def empty_subnode(self, kind: NodeType, nid: int) -> Subnode:
        """One more empty table, as a subnode."""
        self._database.refer(self._tables[kind].data_bid)
        return self._tables[kind].subnode(nid)
