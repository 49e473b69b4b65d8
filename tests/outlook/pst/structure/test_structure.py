"""The raw reader against libpff, on real files."""

from __future__ import annotations

import os
from pathlib import Path

import pypff
import pytest

from skyflytt.outlook.pst.check import trees
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.nid import NodeType, nid_type
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.database import Database
from skyflytt.outlook.pst.structure.file import PstFile
from skyflytt.outlook.pst.structure.heap import Heap, header_size
from skyflytt.outlook.pst.structure.maps import ALLOCATION_MAP, FREE_MAP, FREE_PAGE_MAP, PAGE_MAP, map_pages
from skyflytt.outlook.pst.structure.property_context import PropertyContext, subnode_map

DATA = Path(__file__).parents[3] / "data" / "pst"
FILES = sorted(path.name for path in DATA.glob("*.pst"))


def opened(name: str) -> Database:
    inspection = Inspection(PstFile(os.open(DATA / name, os.O_RDONLY), name))
    assert list(trees.check(inspection)) == []
    return inspection.database


def messages(folder: pypff.folder) -> dict[int, pypff.message]:
    found = {message.identifier: message for message in folder.sub_messages}
    for below in folder.sub_folders:
        found |= messages(below)
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_message_property_is_what_libpff_reads(name: str) -> None:
    database = opened(name)
    file = pypff.file()
    file.open(str(DATA / name))
    theirs = messages(file.get_root_folder())
    ours = [nid for nid in database.nodes.nids if nid_type(nid) == NodeType.NORMAL_MESSAGE]
    assert set(theirs) == set(ours)
    for nid, message in theirs.items():
        node = database.nodes.find(nid)
        assert node is not None
        context = PropertyContext(Heap(database, node.data), subnode_map(database, node.subnodes))
        entries = {entry.entry_type: entry for entry in message.record_sets[0].entries}
        assert set(context.records) <= set(entries)
        for pid in context.records:
            assert (context.raw(pid) or b"") == (entries[pid].data or b"")[: context.size(pid)]
            assert context.size(pid) == len(context.raw(pid) or b"")
    file.close()


def test_map_pages_stand_at_their_intervals() -> None:
    pages = list(map_pages(8193))
    assert [page.span for page in pages if page.kind == FREE_MAP][:3] == [128, 624, 1120]
    assert [page.span for page in pages if page.kind == FREE_PAGE_MAP] == [8192]
    assert [page.span for page in pages if page.kind == PAGE_MAP][:3] == [0, 8, 16]
    assert len([page for page in pages if page.kind == ALLOCATION_MAP]) == 8193
    assert [(page.kind, page.offset) for page in pages if page.span == 8192] == [
        (ALLOCATION_MAP, 0x4400 + 8192 * 0x3E000),
        (PAGE_MAP, 0x4600 + 8192 * 0x3E000),
        (FREE_PAGE_MAP, 0x4800 + 8192 * 0x3E000),
    ]


def test_headers_of_heap_blocks() -> None:
    assert [header_size(number) for number in (0, 1, 7, 8, 9, 136, 137)] == [12, 2, 2, 66, 2, 66, 2]


def test_what_is_not_there_is_broken_and_not_wrong() -> None:
    database = opened("sample1.pst")
    with pytest.raises(Broken, match=r"block\.missing"):
        database.data(0x7FFF0)
    with pytest.raises(Broken, match=r"file\.beyond-end"):
        database.pst.read(database.pst.size - 10, 11)
    heap = Heap(database, database.nodes.data[database.nodes.position(0x21)])
    for hid in (0, 0x1F, 0xFFE0, 0x10020):
        with pytest.raises(Broken, match=r"heap\.hid"):
            heap.item(hid)
