from __future__ import annotations

import io
from collections import Counter

from skyflytt.outlook.pst.messaging.templates import SHARED_AT_MOST, Templates
from skyflytt.outlook.pst.ndb import NodeDatabase
from skyflytt.outlook.pst.nid import NodeType


def test_more_empty_tables_than_one_block_can_count() -> None:
    database = NodeDatabase(io.BytesIO())
    templates = Templates(database)
    tables = Counter(templates.empty(NodeType.RECIPIENT_TABLE) for _ in range(70_000))
    assert max(tables.values()) <= SHARED_AT_MOST
    assert tables.total() == 70_000
    subnode = templates.empty_subnode(NodeType.RECIPIENT_TABLE, 0x692)
    assert subnode.data_bid in tables
