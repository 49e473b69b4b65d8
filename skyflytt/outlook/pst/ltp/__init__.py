"""Lists, tables and properties: heap-on-node, BTree-on-heap, property context and table context ([MS-PST] 2.3)."""

from __future__ import annotations

from skyflytt.outlook.pst.ltp.node import Node
from skyflytt.outlook.pst.ltp.property_context import write_property_context
from skyflytt.outlook.pst.ltp.table_context import TableContext

__all__ = ["Node", "TableContext", "write_property_context"]
