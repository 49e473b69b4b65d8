from __future__ import annotations

import io
import resource
from pathlib import Path
from struct import unpack_from

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from skyflytt.outlook.pst.nid import NodeType
from tests.outlook.pst.raw_pst import AMAP, BBT, FMAP, FPMAP, NBT, RawPst


def _pattern(size: int) -> bytes:
    """Bytes in which every block differs."""
    return b"".join(number.to_bytes(4, "big") for number in range(size // 4 + 1))[:size]


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_data_of_any_size_comes_back(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    path = tmp_path_factory.mktemp("pst") / "a.pst"
    with path.open("wb") as out:
        database = NodeDatabase(out)
        nids: list[int] = []
        database.node(0x21, database.store(b"store").bid, parent=0x122)
        for size in sizes:
            nids.append(database.new_nid(NodeType.NORMAL_MESSAGE))
            database.node(nids[-1], database.store(_pattern(size)).bid, parent=0x122)
        expected = database.size_bytes
        database.complete()
        assert database.size_bytes == expected
    pst = RawPst(path)
    assert pst.size == expected
    assert {nid: pst.data(pst.nodes[nid][0]) for nid in nids} == dict(zip(nids, map(_pattern, sizes), strict=True))
    assert all(parent == 0x122 for _, _, parent in pst.nodes.values())


def test_an_xxblock_stands_over_data_of_more_than_8_megabytes(tmp_path: Path) -> None:
    data = _pattern(2 * 1021 * 8176 + 5)
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        tree = database.store(data)
        database.node(0x21, tree.bid)
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert tree.size_bytes == len(data)
    assert pst.block(tree.bid)[:2] == b"\x01\x02"
    assert unpack_from("<HI", pst.block(tree.bid), 2) == (3, len(data))
    assert pst.data(tree.bid) == data


def test_a_full_xblock_is_still_one_level(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        tree = database.store(bytes(1021 * 8176))
        database.node(0x21, tree.bid)
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert pst.block(tree.bid)[:4] == b"\x01\x01\xfd\x03"
    assert pst.data(tree.bid) == bytes(1021 * 8176)


@pytest.mark.parametrize("count", [1, 340, 341, 5000])
def test_subnodes_of_any_number(tmp_path: Path, count: int) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        entries = []
        for number in range(count):
            data = database.store(b"%d" % number)
            entries.append(Subnode(0x8000 + 32 * number | NodeType.ATTACHMENT, data.bid, 0, data.size_bytes))
        tree = database.subnodes(reversed(entries))
        database.node(0x200024, database.store(b"message").bid, tree.bid, 0x8022)
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert pst.block(tree.bid)[1] == (count > 340)
    found = pst.subnodes(pst.nodes[0x200024][1])
    assert [pst.data(data) for data, _ in found.values()] == [b"%d" % number for number in range(count)]
    assert tree.size_bytes == sum(len(b"%d" % number) for number in range(count))
    assert pst.rgnid[NodeType.ATTACHMENT] == 0x400 + count - 1


def test_nothing_is_no_block(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        assert database.store(b"") == (0, 0)
        assert database.subnodes([]) == (0, 0)
        assert database.refer(0) == 0
        database.node(0x1E1, 0)
        database.node(0x21, database.store(b"x").bid)
        database.complete()
    assert RawPst(tmp_path / "a.pst").nodes == {0x21: (4, 0, 0), 0x1E1: (0, 0, 0)}


def test_shared_blocks_count_their_references(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        shared = database.store(bytes(20_000))
        database.node(0x60D, shared.bid)
        database.node(0x12D, database.refer(shared.bid))
        database.node(0x14D, database.refer(shared.bid))
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert pst.blocks[shared.bid][2] == 4
    assert pst.blocks[4][2] == 2


def test_a_block_has_up_to_65_534_references(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        shared = database.store(b"shared").bid
        database.node(0x0D, shared)
        for number in range(1, 65_534):
            database.node(number << 5 | 0x0D, database.refer(shared))
        with pytest.raises(ValueError, match="references"):
            database.refer(shared)
        database.complete()
    assert RawPst(tmp_path / "a.pst").blocks[shared][2] == 0xFFFF


def test_new_ids_follow_what_is_in_use(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        assert database.new_nid(NodeType.NORMAL_FOLDER) == 0x8022
        database.node(0x8062, database.store(b"x").bid)
        assert database.new_nid(NodeType.NORMAL_FOLDER) == 0x8082
        assert database.new_nid(NodeType.NORMAL_MESSAGE) == 0x200024
        assert database.new_nid(NodeType.ASSOC_MESSAGE) == 0x100028
        database.node(0x2223, database.store(b"y").bid)
        database.complete()
    rgnid = RawPst(tmp_path / "a.pst").rgnid
    assert rgnid[2:9] == (0x404, 0x4000, 0x10001, 0x400, 0x400, 0x400, 0x8001)


def test_one_id_is_for_one_node_and_one_subnode() -> None:
    database = NodeDatabase(io.BytesIO())
    with pytest.raises(ValueError, match="0x8005"):
        database.subnodes([Subnode(0x8005, 4), Subnode(0x8005, 8)])
    database.node(0x21, 4)
    database.node(0x21, 8)
    with pytest.raises(ValueError, match="0x21"):
        database.complete()


def test_more_than_4_gigabytes_in_one_value_are_refused() -> None:
    database = NodeDatabase(io.BytesIO())
    with pytest.raises(ItemTooLarge):
        database.tree([], 1 << 32)
    with pytest.raises(ItemTooLarge):
        database.subnodes(Subnode(32 * number | 5, 4) for number in range(510 * 340 + 1))


def test_many_nodes_and_blocks_in_any_order(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        order = [number * 7919 % 9973 for number in range(9973)]
        for number in order:
            database.node(0x200024 + 32 * number, database.store(b"%d" % number).bid)
        expected = database.size_bytes
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert pst.size == expected
    assert (pst.depth[NBT], pst.depth[BBT]) == (3, 3)
    assert all(pst.data(data) == b"%d" % (nid - 0x200024 >> 5) for nid, (data, _, _) in pst.nodes.items())


def test_the_same_calls_give_the_same_bytes() -> None:
    def written() -> bytes:
        out = io.BytesIO()
        database = NodeDatabase(out)
        database.node(0x21, database.store(_pattern(600_000)).bid)
        database.complete()
        return out.getvalue()

    assert written() == written()


def test_above_32_megabytes_an_fmap_tells_the_longest_free_runs(tmp_path: Path) -> None:
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        for number in range(34):
            database.node(0x200024 + 32 * number, database.store(bytes(1_000_000)).bid)
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    offset = 0x4800 + 128 * 0x3E000
    assert [at for at, kind in pst.map_pages() if kind == FMAP] == [offset]
    expected = bytes(min(run, 255) for run in pst.free_runs[128:])
    assert pst.raw[offset : offset + 496] == expected.ljust(496, b"\0")
    assert any(expected)


@pytest.mark.heavy
def test_above_2_gigabytes_with_an_fpmap_memory_stays_flat(tmp_path: Path) -> None:
    block = _pattern(8_000_000)
    before = 0
    with (tmp_path / "a.pst").open("wb") as out:
        database = NodeDatabase(out)
        for number in range(266):
            database.node(0x200024 + 32 * number, database.store(block).bid)
            if number == 26:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        expected = database.size_bytes
        database.complete()
    pst = RawPst(tmp_path / "a.pst")
    assert pst.size == expected
    assert [at for at, kind in pst.map_pages() if kind == FPMAP] == [0x4800 + 8192 * 0x3E000]
    assert sum(kind == FMAP for _, kind in pst.map_pages()) == 18
    assert sum(kind == AMAP for _, kind in pst.map_pages()) > 8192
    assert all(pst.data(data) == block for data, _, _ in pst.nodes.values())
    assert grown_kilobytes < 10_000
