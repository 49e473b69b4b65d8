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


SHARED_AT_MOST = 10_000
"""References to one block; its count has 16 bits ([MS-PST] 2.2.2.7.7.3, cRef)."""


class Templates:
    """Writes the template nodes; their blocks serve for empty tables of the same kind, until a block has been shared enough."""

    def __init__(self, database: NodeDatabase) -> None:
        self._database = database
        self._columns = {nid_type(nid): tags for nid, tags in _TEMPLATES.items()}
        self._tables: dict[int, Node] = {}
        self._uses: dict[int, int] = {}
        for nid in _TEMPLATES:
            database.node(nid, self._fresh(nid_type(nid)).data_bid)

    def empty(self, kind: NodeType) -> int:
        """The data BID for one more empty table."""
        return self._shared(kind).data_bid

    def empty_subnode(self, kind: NodeType, nid: int) -> Subnode:
        """One more empty table, as a subnode."""
        return self._shared(kind).subnode(nid)

    def _shared(self, kind: int) -> Node:
        if self._uses[kind] == SHARED_AT_MOST:
            return self._fresh(kind)
        self._uses[kind] += 1
        self._database.refer(self._tables[kind].data_bid)
        return self._tables[kind]

    def _fresh(self, kind: int) -> Node:
        self._uses[kind] = 1
        self._tables[kind] = TableContext(self._database, self._columns[kind]).complete()
        return self._tables[kind]
