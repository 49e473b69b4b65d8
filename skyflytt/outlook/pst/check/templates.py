"""The columns that tables have, by the template that they are made from ([MS-PST] 2.4.4.4 to 2.4.6.1; types as Outlook writes them)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from skyflytt.outlook.pst import nid as nids
from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.tables import check_table, read_table
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.table_context import Description, TableContext


def _tags(text: str) -> frozenset[int]:
    return frozenset(int(one, 16) for one in (*text.split(), "67f20003", "67f30003"))


COLUMNS = {
    nids.HIERARCHY_TABLE_TEMPLATE: _tags(
        "0e300102 0e330014 0e340102 0e380003 3001001f 36020003 36030003 360a000b 3613001f 66350003 66360003"
    ),
    nids.CONTENTS_TABLE_TEMPLATE: _tags(
        "00170003 001a001f 00360003 0037001f 00390040 0042001f 0057000b 0058000b 0070001f 00710102 0e03001f 0e04001f"
        " 0e060040 0e070003 0e080003 0e170003 0e300102 0e330014 0e340102 0e380003 0e3c0102 0e3d0102 10970003 30080040"
        " 30130102 65c60003"
    ),
    nids.ASSOC_CONTENTS_TABLE_TEMPLATE: _tags(
        "001a001f 0e070003 0e170003 3001001f 6800001f 6803000b 68051003 682f001f 70030003 70040102 70050102 7006001f 70070003"
    ),
    nids.SEARCH_CONTENTS_TABLE_TEMPLATE: _tags(
        "00170003 001a001f 00360003 0037001f 0042001f 0057000b 0058000b 0e03001f 0e04001f 0e05001f 0e060040 0e070003"
        " 0e080003 0e170003 0e2a000b 30080040 67f10003"
    ),
    nids.ATTACHMENT_TABLE_TEMPLATE: _tags("0e200003 3704001f 37050003 370b0003"),
    nids.RECIPIENT_TABLE_TEMPLATE: _tags(
        "0c150003 0e0f000b 0ff90102 0ffe0003 0fff0102 3001001f 3002001f 3003001f 300b0102 39000003 39ff001f 3a40000b"
    ),
    nids.RECEIVE_FOLDER_TABLE: _tags("001a001f 66050003"),
    nids.OUTGOING_QUEUE_TABLE: _tags("00390040 0e100003 0e140003"),
}
OPTIONAL = (0x6B6, 0x6D7, 0x6F8)


@lru_cache(maxsize=256)
def missing_columns(template: int, description: Description) -> tuple[int, ...]:
    """The tags of the template that a table has not."""
    return tuple(sorted(COLUMNS[template] - {column.tag for column in description.columns}))


def check_columns(inspection: Inspection, table: TableContext, template: int, place: Place) -> Iterator[Finding]:
    """A table has at least the columns of its template; ANSI files have other types."""
    missing = missing_columns(template, table.description) if inspection.layout.unicode else ()
    if missing:
        code = "table.template-column" if place == (template,) else "table.column-missing"
        tags = " ".join(f"{tag:08x}" for tag in missing)
        yield Finding(code, table.heap.offset, at(place), f"it lacks the columns {tags}")


def check(inspection: Inspection) -> Iterator[Finding]:
    """The templates themselves; they have no rows."""
    for nid in (*COLUMNS, *OPTIONAL):
        node = inspection.database.nodes.find(nid)
        if node is None or not node.data:
            continue
        inspection.seen[inspection.database.nodes.position(nid)] = 1
        try:
            table = yield from read_table(inspection, node.data, node.subnodes, (nid,))
            yield from check_table(table, (nid,))
            if nid in COLUMNS:
                yield from check_columns(inspection, table, nid, (nid,))
        except Broken as broken:
            yield found(broken, at((nid,)))
