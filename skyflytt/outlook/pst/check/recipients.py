"""The recipient table of a message ([MS-PST] 2.4.5.3)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.tables import check_table, read_table
from skyflytt.outlook.pst.check.templates import check_columns
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Subnode


def check_recipients(inspection: Inspection, node: Subnode, place: Place) -> Iterator[Finding]:
    try:
        table = yield from read_table(inspection, node.data, node.subnodes, place)
        yield from check_table(table, place)
        yield from check_columns(inspection, table, nids.RECIPIENT_TABLE_TEMPLATE, place)
    except Broken as broken:
        yield found(broken, at(place))
