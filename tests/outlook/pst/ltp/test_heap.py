from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.pst.ltp import heap as heaps
from skyflytt.outlook.pst.ltp.bth import Bth
from skyflytt.outlook.pst.ltp.heap import ClientSignature, Heap
from skyflytt.outlook.pst.ndb import NodeDatabase
from tests.outlook.pst.raw_ltp import RawHeap
from tests.outlook.pst.raw_pst import RawPst

_sizes = st.integers(1, 40) | st.integers(1, 3580) | st.sampled_from([3579, 3580])


def _written(path: Path, items: list[bytes]) -> tuple[RawHeap, list[int]]:
    with path.open("wb") as out:
        database = NodeDatabase(out)
        heap = Heap(database, ClientSignature.PROPERTY_CONTEXT)
        hids = [heap.add(item) for item in items]
        tree = heap.complete(hids[0])
        database.node(0x21, tree.bid)
        database.complete()
    pst = RawPst(path)
    assert tree.size_bytes == len(pst.data(tree.bid))
    return RawHeap(pst.data_blocks(tree.bid)), hids


@given(st.lists(_sizes, min_size=1, max_size=300))
@settings(max_examples=60, deadline=None)
def test_items_of_any_size_come_back(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    items = [bytes([number & 255]) * size for number, size in enumerate(sizes)]
    raw, hids = _written(tmp_path_factory.mktemp("pst") / "a.pst", items)
    assert raw.user_root == hids[0] == 0x20
    assert [raw.items[hid] for hid in hids] == items
    assert len(raw.items) == len(items)


def test_2047_items_fill_a_block(tmp_path: Path) -> None:
    raw, hids = _written(tmp_path / "a.pst", [b"x"] * 5000)
    assert [hids[2046], hids[2047]] == [2047 << 5, 1 << 16 | 1 << 5]
    assert len(raw.blocks) == 3


@pytest.mark.parametrize("blocks", [1, 8, 9, 10, 136, 137, 138, 264, 265])
def test_fill_levels_where_their_holders_begin_and_end(tmp_path: Path, blocks: int) -> None:
    """Two items of 3,500 bytes fill a block to level 5 or so; the last block's level differs."""
    raw, _ = _written(tmp_path / "a.pst", [b"x" * 3500] * (2 * blocks - 1))
    assert len(raw.blocks) == blocks


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    heap = Heap(NodeDatabase(io.BytesIO()), ClientSignature.TABLE_CONTEXT)
    for data in (b"", bytes(3581)):
        with pytest.raises(ValueError, match="1 to 3580"):
            heap.add(data)
    hid = heap.add(b"abc")
    with pytest.raises(ValueError, match="3 bytes"):
        heap.put(hid, b"ab")
    monkeypatch.setattr(heaps, "MAX_BLOCKS", 2)
    for _ in range(4):
        heap.add(bytes(3580))
    with pytest.raises(ItemTooLarge):
        heap.add(bytes(3580))


@given(st.lists(st.integers(0, 0xFFFFFFFF), unique=True, max_size=2000), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_a_bth_keeps_its_records(tmp_path_factory: pytest.TempPathFactory, keys: list[int], entry_size: int) -> None:
    path = tmp_path_factory.mktemp("pst") / "a.pst"
    records = {key.to_bytes(4, "little"): bytes([key & 255]) * entry_size for key in sorted(keys)}
    with path.open("wb") as out:
        database = NodeDatabase(out)
        heap, bth = Heap(database, ClientSignature.TABLE_CONTEXT), Bth(4, entry_size)
        header = bth.reserve(heap)
        bth.write(heap, header, (key + entry for key, entry in records.items()))
        database.node(0x21, heap.complete(header).bid)
        database.complete()
    pst = RawPst(path)
    levels, found = RawHeap(pst.data_blocks(pst.nodes[0x21][0])).bth(header)
    assert found == records
    assert (levels > 0) == (len(records) > 3580 // (4 + entry_size))
