"""Rows against the objects that they speak of: a cell is there if and only if the property is, with the same value."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding, Place, at
from skyflytt.outlook.pst.structure.property_context import INLINE_SIZE, PropertyContext
from skyflytt.outlook.pst.structure.table_context import TableContext

ROW_ONLY = frozenset({0x0E17, 0x3013, 0x0E30, 0x0E33, 0x0E34, 0x0E38, 0x67F1, 0x67F2, 0x67F3})
"""Columns that no message has as a property."""
MESSAGE_SIZE = 0x0E08
INLINE = {int(kind): size for kind, size in INLINE_SIZE.items()}


def check_parity(
    table: TableContext, row: bytes, context: PropertyContext, place: Place, *, only: frozenset[int] | None = None
) -> Iterator[Finding]:
    """Every column, or `only` those property ids. Raises Broken where a value cannot be read."""
    records = context.records
    for cell in table.description.cells:
        column, kind, byte, mask = cell
        pid = column.tag >> 16
        if pid in ROW_ONLY or (only is not None and pid not in only):
            continue
        there = row[byte] & mask
        record = records.get(pid)
        if record is None:
            if there:
                yield of(
                    table, place, "parity.cell-only", column.tag, "is in the row, but the object has no such property"
                )
        elif not there and record[0] != kind:
            continue
        elif not there:
            yield of(
                table, place, "parity.no-cell", column.tag, "is a property of the object, but the row's cell is empty"
            )
        elif record[0] != kind:
            yield of(table, place, "parity.type", column.tag, f"has the type {record[0]:#06x} in the object")
        elif kind in INLINE:
            width = INLINE[kind]
            if int.from_bytes(row[column.start : column.start + width], "little") != record[1] & (1 << width * 8) - 1:
                code = "parity.size" if pid == MESSAGE_SIZE else "parity.value"
                yield of(
                    table, place, code, column.tag, f"is {record[1]:#x} in the object, and another value in the row"
                )
        elif table.cell(row, cell) != context.raw(pid):
            yield of(table, place, "parity.value", column.tag, "has another value in the row than in the object")


def of(table: TableContext, place: Place, code: str, tag: int, detail: str) -> Finding:
    return Finding(code, table.heap.offset, f"{at(place)}, property {tag:08x}", f"it {detail}")
