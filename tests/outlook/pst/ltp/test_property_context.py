from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from skyflytt.outlook.pst.ltp import write_property_context
from skyflytt.outlook.pst.ndb import NodeDatabase, Subnode
from tests.outlook.pst.ltp import drawn, skeleton
from tests.outlook.pst.ltp.skeleton import MESSAGE, AsLibpffSees
from tests.outlook.pst.raw_ltp import RawProperties
from tests.outlook.pst.raw_pst import RawPst


def _raw(path: Path) -> RawProperties:
    pst = RawPst(path)
    return RawProperties(pst, *pst.nodes[MESSAGE][:2])


@given(drawn.properties)
@settings(max_examples=60, deadline=None)
def test_libpff_reads_every_property(tmp_path_factory: pytest.TempPathFactory, properties: dict[int, Any]) -> None:
    path = tmp_path_factory.mktemp("pst") / "a.pst"
    skeleton.write(path, properties)
    found = AsLibpffSees(path).properties
    # libpff gives None for no bytes.
    assert {tag: data or b"" for tag, data in found.items()} == {
        tag: drawn.expected(tag, value) for tag, value in properties.items()
    }
    raw = _raw(path)
    assert list(raw.records) == sorted(raw.records)
    assert {number << 16 | kind for number, (kind, _) in raw.records.items()} == {0x001A001F, *properties}


def test_small_values_stand_in_the_record_and_large_ones_in_subnodes(tmp_path: Path) -> None:
    values: dict[int, Any] = {
        0x68000003: -2,
        0x6801000B: True,
        0x68020014: 7,
        0x68030102: b"x" * 3580,
        0x68040102: b"y" * 3581,
        0x6805001F: "",
        0x68061003: (),
    }
    node = skeleton.write(tmp_path / "a.pst", values)
    raw = _raw(tmp_path / "a.pst")
    placed = {number: int.from_bytes(record, "little") for number, (_, record) in raw.records.items()}
    assert placed[0x6800] == 0xFFFFFFFE
    assert placed[0x6801] == 1
    assert raw.heap.items[placed[0x6802]] == (7).to_bytes(8, "little")
    assert raw.heap.items[placed[0x6803]] == b"x" * 3580
    assert placed[0x6804] & 0x1F == 0x1F
    assert raw.value(placed[0x6804]) == b"y" * 3581
    assert placed[0x6805] == placed[0x6806] == 0
    recipients = raw.pst.data(raw.subnodes[0x692][0])
    assert node.size_bytes == sum(map(len, raw.heap.blocks)) + 3581 + len(recipients)


def test_an_object_is_an_id_and_a_size_beside_its_subnode(tmp_path: Path) -> None:
    """As for an embedded message: PidTagAttachDataObject ([MS-PST] 2.4.6.2.1)."""
    path = tmp_path / "a.pst"
    with path.open("wb") as out:
        database = NodeDatabase(out)
        inner = write_property_context(database, {0x0037001F: "inner", 0x10130102: b"z" * 9000})
        value = (0x8044).to_bytes(4, "little") + inner.size_bytes.to_bytes(4, "little")
        node = write_property_context(database, {0x3701000D: value}, [inner.subnode(0x8044)])
        database.node(MESSAGE, node.data_bid, node.subnode_bid)
        database.complete()
    raw = _raw(path)
    kind, at = raw.records[0x3701]
    assert (kind, raw.value(int.from_bytes(at, "little"))) == (0x0D, value)
    below = RawProperties(raw.pst, *raw.subnodes[0x8044])
    assert below.value(int.from_bytes(below.records[0x1013][1], "little")) == b"z" * 9000
    assert inner.size_bytes == sum(map(len, below.heap.blocks)) + 9000
    assert node.size_bytes == inner.size_bytes + sum(map(len, raw.heap.blocks))


def test_a_heap_of_hundreds_of_blocks_keeps_its_fill_levels(tmp_path: Path) -> None:
    """More than 136 blocks: three sets of fill levels, and index levels over 1,500 records."""
    values: dict[int, Any] = {0x6000_0102 + (at << 16): bytes([at & 255]) * (at * 37 % 3580 + 1) for at in range(1500)}
    skeleton.write(tmp_path / "a.pst", values)
    raw = _raw(tmp_path / "a.pst")
    assert len(raw.heap.blocks) > 270
    assert raw.levels == 1
    assert [raw.value(int.from_bytes(at, "little")) for _, at in list(raw.records.values())[1:]] == list(
        values.values()
    )
    assert AsLibpffSees(tmp_path / "a.pst").properties == values


def test_a_lone_surrogate_and_an_unsigned_number_are_kept(tmp_path: Path) -> None:
    skeleton.write(tmp_path / "a.pst", {0x6800001F: "a\ud83d", 0x68010003: 0xFFFFFFFF, 0x68020004: 1e300})
    found = AsLibpffSees(tmp_path / "a.pst").properties
    assert found == {0x6800001F: b"a\0\x3d\xd8", 0x68010003: b"\xff" * 4, 0x68020004: b"\0\0\x80\x7f"}


def test_pairs_may_come_in_any_order_but_not_twice() -> None:
    database = NodeDatabase(io.BytesIO())
    write_property_context(database, [(0x6801000B, True), (0x6800000B, False)])
    with pytest.raises(ValueError, match="0x6801"):
        write_property_context(database, [(0x6801000B, True), (0x68010003, 1)])
    with pytest.raises(ValueError, match="0x8005"):
        write_property_context(database, {}, [Subnode(0x8005, 4), Subnode(0x8005, 4)])


@given(drawn.properties)
@settings(max_examples=60, deadline=None)
def test_an_object_can_hold_its_own_size(tmp_path_factory: pytest.TempPathFactory, properties: dict[int, Any]) -> None:
    path = tmp_path_factory.mktemp("pst") / "a.pst"
    with path.open("wb") as out:
        database = NodeDatabase(out)
        node = write_property_context(database, properties, size_tag=0x0E080003)
        database.node(MESSAGE, node.data_bid, node.subnode_bid)
        database.complete()
    raw = _raw(path)
    written = sum(map(len, raw.heap.blocks)) + sum(len(raw.pst.data(data)) for data, _ in raw.subnodes.values())
    assert raw.records[0x0E08] == (3, written.to_bytes(4, "little"))
    assert node.size_bytes == written


def test_its_own_size_counts_the_blocks_that_are_still_to_come(tmp_path: Path) -> None:
    """Thousands of records: the BTH alone fills blocks of its own."""
    path = tmp_path / "a.pst"
    with path.open("wb") as out:
        database = NodeDatabase(out)
        values: dict[int, Any] = {0x1001_0003 + (at << 16): at for at in range(9000)}
        node = write_property_context(database, values, size_tag=0x0E080003)
        database.node(MESSAGE, node.data_bid, node.subnode_bid)
        database.complete()
    raw = _raw(path)
    assert len(raw.heap.blocks) > 8
    assert raw.records[0x0E08][1] == node.size_bytes.to_bytes(4, "little")
    assert node.size_bytes == sum(map(len, raw.heap.blocks))
