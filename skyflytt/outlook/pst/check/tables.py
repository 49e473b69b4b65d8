"""Table contexts: columns, row index, row matrix and cells ([MS-PST] 2.3.4)."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache

from skyflytt.outlook.pst.check.finding import Finding, Place, at, found
from skyflytt.outlook.pst.check.heaps import read_heap
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.check.property_contexts import TYPES
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.property_context import subnode_map
from skyflytt.outlook.pst.structure.table_context import IN_ROW, Cell, Column, Description, TableContext, width_of

ROW_ID, ROW_VERSION = 0x67F20003, 0x67F30003
INTEGER_32, BOOLEAN = 0x0003, 0x000B

RowCheck = Callable[[bytes, int], Iterator[Finding]]
"""What else is to be looked at in a row: gets its bytes and its id."""


def read_table(
    inspection: Inspection, data: int, subnodes: int, place: Place
) -> Generator[Finding, None, TableContext]:
    """The table in the data tree `data` with the subnode tree `subnodes`; its rows are for `check_table`."""
    heap = yield from read_heap(inspection.database, data, place)
    return TableContext(heap, subnode_map(inspection.database, subnodes))


def check_table(table: TableContext, place: Place, each: RowCheck | None = None) -> Iterator[Finding]:
    """The whole table, row by row; memory holds the row ids only. Raises Broken where it cannot be read on."""
    for code, detail in column_problems(table.description):
        yield Finding(code, table.heap.offset, at(place), detail)
    if table.unused_index:
        yield Finding("tc.hid-index", table.heap.offset, at(place), f"hidIndex is {table.unused_index:#x}, not 0")
    ids = array("I")
    yield from read_index(table, place, ids)
    yield from check_matrix(table, place, len(ids))
    number = -1
    for number, row in enumerate(table.rows()):
        if number >= len(ids):
            break
        row_id = int.from_bytes(row[:4], "little")
        if row_id != ids[number]:
            detail = f"row {number} has the id {row_id:#x}, the row index says {ids[number]:#x}"
            yield Finding("tc.row-id", table.heap.offset, at(place), detail)
        yield from check_cells(table, place, row, row_id)
        if each is not None:
            yield from each(row, row_id)
    if number + 1 < len(ids):
        detail = f"the row index has {len(ids)} rows, the matrix {number + 1}"
        yield Finding("tc.row-count", table.heap.offset, at(place), detail)


@lru_cache(maxsize=64)
def column_problems(description: Description) -> tuple[tuple[str, str], ...]:
    """(code, detail) of all that is wrong with the columns; tables of one kind share them."""
    return tuple(_column_problems(description.columns, description.ends))


def _column_problems(columns: tuple[Column, ...], ends: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    tags = [column.tag for column in columns]
    if any(one >= two for one, two in itertools.pairwise(tags)):
        yield "tc.column-order", "the columns are not sorted by tag"
    by_tag = {column.tag: column for column in columns}
    if by_tag.get(ROW_ID) != Column(ROW_ID, 0, 4, 0) or by_tag.get(ROW_VERSION) != Column(ROW_VERSION, 4, 4, 1):
        yield "tc.row-columns", "67f20003 and 67f30003 are not the first two cells"
    if sorted(column.bit for column in columns) != list(range(len(columns))):
        yield "tc.column-bits", "the existence bits are not 0 to the number of columns, each once"
    for column in columns:
        if column.tag & 0xFFFF not in TYPES or column.width != width_of(column.tag & 0xFFFF):
            yield "tc.column-width", f"the column {column.tag:08x} is {column.width} bytes wide"
    yield from _group_problems(columns, ends)


def _group_problems(columns: tuple[Column, ...], ends: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    sizes = [sum(column.width for column in columns if column.width in widths) for widths in ((8, 4), (2,), (1,))]
    expected = (sizes[0], sizes[0] + sizes[1], sum(sizes), sum(sizes) + (len(columns) + 7) // 8)
    if tuple(ends) != expected:
        yield "tc.groups", f"rgib is {tuple(ends)}, the columns need {expected}"
    taken: set[int] = set()
    for column in columns:
        cells = set(range(column.start, column.start + column.width))
        group = 0 if column.width >= 4 else 3 - column.width
        start, end = (0, *ends)[group], ends[group]
        if (
            cells & taken
            or column.start < start
            or column.start + column.width > end
            or column.start % column.width % 4
        ):
            yield (
                "tc.column-place",
                f"the cell of {column.tag:08x} overlaps another, or stands among those of other widths",
            )
        taken |= cells


def read_index(table: TableContext, place: Place, ids: array[int]) -> Iterator[Finding]:
    """Fill `ids` with the row id of each row number."""
    keys, numbers = array("I"), array("I")
    last = -1
    for key, number in table.row_index():
        if key <= last:
            yield Finding("bth.order", table.heap.offset, at(place), f"the row id {key:#x} follows {last:#x}")
        last = key
        keys.append(key)
        numbers.append(number)
    ids.extend(array("I", bytes(4 * len(keys))))
    filled = bytearray(len(keys))
    for key, number in zip(keys, numbers, strict=True):
        if number >= len(ids) or filled[number]:
            yield Finding(
                "tc.row-number", table.heap.offset, at(place), f"the row {key:#x} has the number {number} of {len(ids)}"
            )
            continue
        filled[number] = 1
        ids[number] = key


def check_matrix(table: TableContext, place: Place, count: int) -> Iterator[Finding]:
    """Whole rows in each block, and no more blocks or bytes than the rows need."""
    if not table.rows_hnid:
        if count:
            yield Finding("tc.row-count", table.heap.offset, at(place), f"there is no row matrix for {count} rows")
        return
    size, database = table.row_size, table.database
    if not table.rows_hnid & 0x1F:
        total = len(table.heap.item(table.rows_hnid))
        if total != count * size:
            yield Finding(
                "tc.matrix-size", table.heap.offset, at(place), f"{total} bytes of rows for {count} rows of {size}"
            )
        return
    bids = table.matrix_bids()
    per_block = database.layout.block_data // size
    last = database.data_size(bids[-1]) if bids else 0
    due = count - per_block * (len(bids) - 1) if bids else 0
    if last != due * size:
        detail = f"{len(bids)} blocks, the last of {last} bytes, for {count} rows of {size}"
        yield Finding("tc.matrix-size", table.heap.offset, at(place), detail)


def check_cells(table: TableContext, place: Place, row: bytes, row_id: int) -> Iterator[Finding]:
    """Booleans are 0 or 1, and every HNID leads to a value."""
    heap = table.heap
    for column, kind, byte, mask in checked_cells(table.description):
        if not row[byte] & mask:
            if kind == INTEGER_32:
                yield Finding("tc.row-columns", heap.offset, at(place), f"row {row_id:#x} has no {column.tag:08x}")
        elif kind == BOOLEAN:
            if row[column.start] > 1:
                detail = f"row {row_id:#x}, column {column.tag:08x}: the value is {row[column.start]:#x}"
                yield Finding("tc.boolean", heap.offset, at(place), detail)
        elif kind != INTEGER_32:
            hnid = int.from_bytes(row[column.start : column.start + 4], "little")
            try:
                if hnid and (hnid not in table.subnodes if hnid & 0x1F else not heap.item(hnid)):
                    code = "tc.subnode-missing" if hnid & 0x1F else "pc.empty-item"
                    detail = f"row {row_id:#x}, column {column.tag:08x}: there is nothing behind {hnid:#x}"
                    yield Finding(code, heap.offset, at(place), detail)
            except Broken as broken:
                yield found(broken, f"{at(place)}, row {row_id:#x}, column {column.tag:08x}")


@lru_cache(maxsize=64)
def checked_cells(description: Description) -> tuple[Cell, ...]:
    """Those that can be wrong by themselves: Booleans, HNIDs, and the two that every row has."""
    return tuple(
        one
        for one in description.cells
        if one.kind == BOOLEAN or one.kind not in IN_ROW or one.column.tag in (ROW_ID, ROW_VERSION)
    )
