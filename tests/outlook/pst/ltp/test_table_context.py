from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.outlook.pst.ltp import TableContext, hnid
from skyflytt.outlook.pst.ndb import NodeDatabase
from tests.outlook.pst.ltp import drawn, skeleton
from tests.outlook.pst.ltp.skeleton import MESSAGE, RECIPIENTS, AsLibpffSees
from tests.outlook.pst.raw_ltp import RawTable
from tests.outlook.pst.raw_pst import RawPst

_tables = drawn.columns.flatmap(
    lambda columns: st.tuples(
        st.just(columns),
        st.lists(
            st.tuples(st.integers(0, 0xFFFFFFFF), drawn.cells(columns)), unique_by=lambda row: row[0], max_size=40
        ),
    )
)


def _raw(path: Path) -> RawTable:
    pst = RawPst(path)
    return RawTable(pst, *pst.subnodes(pst.nodes[MESSAGE][1])[RECIPIENTS])


def _stands_in_row(tag: int) -> bool:
    return tag & 0xFFFF in drawn.FIXED


def _assert_same(raw: RawTable, tags: list[int], rows: dict[int, dict[int, Any]]) -> None:
    assert set(raw.rows) == set(rows)
    for row_id, cells in rows.items():
        for tag in tags:
            at = raw.cell(row_id, tag)
            assert (at is not None) == (tag in cells)
            if at is not None:
                found = at if _stands_in_row(tag) else raw.value(int.from_bytes(at, "little"))
                assert found == drawn.expected(tag, cells[tag])


@given(_tables)
@settings(max_examples=60, deadline=None)
def test_libpff_reads_every_row(
    tmp_path_factory: pytest.TempPathFactory, table: tuple[list[int], list[tuple[int, dict[int, Any]]]]
) -> None:
    tags, rows = table
    path = tmp_path_factory.mktemp("pst") / "a.pst"
    skeleton.write(path, {}, tags, rows)
    _assert_same(_raw(path), tags, dict(rows))
    found = AsLibpffSees(path).rows
    assert [int.from_bytes(row[0x67F20003] or b"", "little") for row in found] == sorted(number for number, _ in rows)
    for (_, cells), row in zip(sorted(rows, key=lambda row: row[0]), found, strict=True):
        assert {tag: row[tag] or b"" for tag in cells} == {tag: drawn.expected(tag, cells[tag]) for tag in cells}


def test_columns_are_grouped_by_size_and_listed_by_tag(tmp_path: Path) -> None:
    """The hierarchy table that Outlook writes has these ends of groups and this size of TCINFO."""
    columns = [0x3001001F, 0x36020003, 0x36030003, 0x360A000B, 0x0E300102, 0x0E330014, 0x0E340102, 0x0E380003]
    columns += [0x3613001F, 0x66350003, 0x66360003, 0x67F20003, 0x67F30003]
    skeleton.write(tmp_path / "a.pst", {}, columns, [(0x8022, {0x360A000B: True})])
    raw = _raw(tmp_path / "a.pst")
    assert raw.ends == (52, 52, 53, 55)
    assert len(raw.heap.items[raw.heap.user_root]) == 126
    own = {column.tag: column[1:] for column in raw.columns if column.tag in {0x67F20003, 0x67F30003}}
    assert own == {0x67F20003: (0, 4, 0), 0x67F30003: (4, 4, 1)}
    assert raw.cell(0x8022, 0x360A000B) == b"\1"
    assert raw.cell(0x8022, 0x36020003) is None


def test_no_rows_are_no_matrix(tmp_path: Path) -> None:
    skeleton.write(tmp_path / "a.pst", {}, [0x3001001F], [])
    raw = _raw(tmp_path / "a.pst")
    assert raw.hnid_rows == 0
    assert raw.rows == {}
    assert raw.subnodes == {}


@pytest.mark.parametrize(("rows", "in_heap"), [(275, True), (276, False), (628, False), (629, False), (1257, False)])
def test_a_matrix_above_3580_bytes_is_a_subnode(tmp_path: Path, rows: int, in_heap: bool) -> None:
    """Rows of 13 bytes: 275 in a heap item, 628 in a block of 8176 bytes with 12 bytes over."""
    skeleton.write(tmp_path / "a.pst", {}, [0x36020003], [(at, {0x36020003: at * 3}) for at in range(rows)])
    raw = _raw(tmp_path / "a.pst")
    assert raw.ends[3] == 13
    assert (raw.hnid_rows & 0x1F == 0) == in_heap
    assert [raw.cell(at, 0x36020003) for at in range(rows)] == [(at * 3).to_bytes(4, "little") for at in range(rows)]
    if not in_heap:
        sizes = [len(block) for block in raw.pst.data_blocks(raw.subnodes[raw.hnid_rows][0])]
        assert sizes == [8176] * (len(sizes) - 1) + [(rows - (len(sizes) - 1) * 628) * 13]


@pytest.mark.parametrize(("rows", "levels"), [(447, 0), (448, 1), (447 * 447, 1), (447 * 447 + 1, 2)])
def test_the_row_index_grows_levels(tmp_path: Path, rows: int, levels: int) -> None:
    skeleton.write(tmp_path / "a.pst", {}, [], [(at * 32 + 4, {}) for at in range(rows)])
    raw = _raw(tmp_path / "a.pst")
    assert raw.index_levels == levels
    assert list(raw.rows) == [at * 32 + 4 for at in range(rows)]


@pytest.mark.parametrize("rows", [10_000, pytest.param(100_000, marks=pytest.mark.heavy)])
def test_many_rows_in_any_order(tmp_path: Path, rows: int) -> None:
    tags = [0x0037001F, 0x0E060040, 0x0E070003, 0x0E1B000B]

    def cells(at: int) -> dict[int, Any]:
        return {0x0037001F: f"Ämne {at}", 0x0E060040: at << 32, 0x0E070003: at % 3, 0x0E1B000B: at % 2 == 0}

    order = [place for at in range(100_003) if (place := at * 7919 % 100_003) < rows]
    started = time.process_time()
    skeleton.write(tmp_path / "a.pst", {}, tags, ((at, cells(at)) for at in order))
    assert time.process_time() - started < 15
    raw = _raw(tmp_path / "a.pst")
    assert raw.index_levels == 1
    assert len(raw.heap.blocks) > rows // 333
    _assert_same(raw, tags, {at: cells(at) for at in range(rows)})
    found = AsLibpffSees(tmp_path / "a.pst").rows
    assert [row[0x0037001F] for row in found] == [f"Ämne {at}".encode("utf-16-le") for at in range(rows)]


def test_cells_go_to_subnodes_when_the_heap_is_needed_for_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hnid, "_VALUE_BLOCKS", 3)
    skeleton.write(tmp_path / "a.pst", {}, [0x0037001F], [(at, {0x0037001F: f"{at:01000}"}) for at in range(400)])
    raw = _raw(tmp_path / "a.pst")
    assert len(raw.heap.blocks) == 4
    assert len(raw.subnodes) > 380
    _assert_same(raw, [0x0037001F], {at: {0x0037001F: f"{at:01000}"} for at in range(400)})
    found = AsLibpffSees(tmp_path / "a.pst").rows
    assert [row[0x0037001F] for row in found] == [f"{at:01000}".encode("utf-16-le") for at in range(400)]


def test_what_is_no_column_is_passed_over(tmp_path: Path) -> None:
    skeleton.write(tmp_path / "a.pst", {}, [0x0E070003], [(1, {0x0E070003: 1, 0x1000001F: "body", 0x0E070002: 5})])
    raw = _raw(tmp_path / "a.pst")
    assert [column.tag for column in raw.columns] == [0x0E070003, 0x67F20003, 0x67F30003]
    assert raw.cell(1, 0x0E070003) == b"\1\0\0\0"


def test_two_rows_of_one_id_and_too_many_columns_are_refused() -> None:
    database = NodeDatabase(io.BytesIO())
    table = TableContext(database, [])
    table.add(7, {})
    table.add(7, {})
    assert len(table) == 2
    with pytest.raises(ValueError, match="0x7"):
        table.complete()
    with pytest.raises(ValueError, match="255"):
        TableContext(database, [0x60000003 + (at << 16) for at in range(254)])
