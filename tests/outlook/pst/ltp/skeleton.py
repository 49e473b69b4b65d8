"""The smallest PST that libpff opens: a store, a root folder, and one message with the properties and recipients that a test wants read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pypff

from skyflytt.outlook.mapi.message import Value
from skyflytt.outlook.pst.ltp import Node, TableContext, write_property_context
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode

MESSAGE = 0x200024
RECIPIENTS = 0x692
_CLASS = 0x001A001F
"""What libpff knows a message by."""
_TOP = bytes(20) + (0x122).to_bytes(4, "little")
"""EntryID of the folder that libpff begins with."""
Row = tuple[int, Mapping[int, Value]]


def write(
    path: Path,
    properties: Mapping[int, Value],
    columns: Sequence[int] = (0x3001001F,),
    rows: Iterable[Row] = (),
    subnodes: Sequence[Subnode] = (),
) -> Node:
    """Writes the file; returns the message's node."""
    with path.open("wb") as out:
        database = NodeDatabase(out)
        _node(database, 0x21, write_property_context(database, {0x35E00102: _TOP}))
        _node(database, 0x122, write_property_context(database, {0x3001001F: "Root", 0x360A000B: False}), 0x122)
        _node(database, 0x12D, table(database, [0x3001001F], []))
        _node(database, 0x12E, table(database, [0x001A001F], [(MESSAGE, {})]))
        _node(database, 0x12F, table(database, [0x001A001F], []))
        recipients = table(database, columns, rows)
        message = write_property_context(
            database, {_CLASS: "IPM.Note", **properties}, [recipients.subnode(RECIPIENTS), *subnodes]
        )
        _node(database, MESSAGE, message, 0x122)
        database.complete()
    return message


def table(database: NodeDatabase, columns: Sequence[int], rows: Iterable[Row]) -> Node:
    context = TableContext(database, columns)
    for row_id, cells in rows:
        context.add(row_id, cells)
    return context.complete()


def _node(database: NodeDatabase, nid: int, node: Node, parent: int = 0) -> None:
    database.node(nid, node.data_bid, node.subnode_bid, parent)


class AsLibpffSees:
    """The message's properties, and its recipients' rows: the bytes of each value by full tag."""

    def __init__(self, path: Path) -> None:
        file = pypff.file()
        file.open(str(path))
        message = file.get_root_folder().get_sub_message(0)
        (self.properties,) = [_entries(one) for one in message.record_sets]
        del self.properties[_CLASS]
        recipients = message.recipients
        self.rows = [_entries(one) for one in recipients.record_sets] if recipients else []
        file.close()


def _entries(record_set: pypff.record_set) -> dict[int, bytes | None]:
    return {one.entry_type << 16 | one.value_type: one.data for one in record_set.entries}
