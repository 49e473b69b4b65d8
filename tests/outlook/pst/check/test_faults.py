"""One fault in a sound file: the check names it, each by its own code."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PS_INTERNET_HEADERS, Named
from skyflytt.outlook.pst.structure.layout import BLOCK_TREE, NODE_TREE
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.check.edits import (
    CONTENTS,
    FIRST_MAP,
    FOLDER,
    HIERARCHY,
    MESSAGE,
    Fault,
    amap,
    cell,
    circle,
    column,
    empty_table,
    entry_of_message,
    first_row,
    leaf,
    map_number,
    message_block,
    move_column,
    move_root,
    no_cell,
    object_value,
    patient_table,
    record,
    rename_subnode,
    root_entry,
    row_index,
    shift_map,
    slot,
    subnode,
    subnode_block,
    swap_blocks,
    table_info,
    value,
    x_block,
)
from tests.outlook.pst.check.patient import Patient, codes


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One message with recipients, names, a large attachment and an attached message."""
    path = tmp_path_factory.mktemp("sound") / "sound.pst"
    properties: Properties = {
        tags.MESSAGE_CLASS: "IPM.Note",
        tags.SUBJECT: "RE: offer",
        tags.SENDER_NAME: "Åsa",
        KEYWORDS: ("red", "blue"),
        Named(PS_INTERNET_HEADERS, "x-mailer", 0x1F): "test",
    }
    recipient: Properties = {tags.RECIPIENT_TYPE: 1, tags.DISPLAY_NAME: "Bo", tags.EMAIL_ADDRESS: "bo@example.com"}
    inner = Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "inner"})
    attachments = [
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_DATA: bytes(range(256)) * 100, tags.ATTACH_LONG_FILENAME: "a"}),
        Attachment({tags.ATTACH_METHOD: 5}, embedded=inner),
    ]
    with create_pst(path, name="sound", seed=b"sound") as writer:
        writer.add(("Inbox",), Message(properties, [recipient], attachments))
    return path


def test_the_sound_file_is_sound(sound: Path) -> None:
    assert codes(sound) == []


FAULTS: dict[str, list[Fault]] = {
    "header.crc-partial": [lambda p: p.put(0x2C, 1, 1), lambda p: p.put(4, 0, 4)],
    "header.crc-full": [lambda p: p.put(0x20C, 0, 4)],
    "header.sentinel": [lambda p: p.header(0x200, 0, 1)],
    "header.version": [lambda p: p.header(0x0A, 36, 2)],
    "header.client-version": [lambda p: p.header(0x0C, 1, 2)],
    "header.free-maps": [lambda p: p.header(0x140, 0, 1)],
    "header.padding": [lambda p: p.header(0xFC, 1, 4)],
    "header.next-bid": [lambda p: p.header(0x204, 0x10001, 8)],
    "root.file-size": [lambda p: p.header(0xB8, 271360 - 64, 8)],
    "root.spans": [lambda p: p.raw.extend(bytes(512))],
    "root.last-map": [lambda p: p.header(0xC0, 0x8400, 8)],
    "root.free-bytes": [lambda p: p.header(0xC8, 64, 8)],
    "root.free-page-bytes": [lambda p: p.header(0xD0, 512, 8)],
    "root.maps-valid": [lambda p: p.header(0xF8, 0, 1)],
    "map.missing": [lambda p: p.put(FIRST_MAP + 496, 0, 2), lambda p: p.put(FIRST_MAP + 512 + 496, 0, 2)],
    "map.crc": [lambda p: p.put(FIRST_MAP + 500, 0, 4)],
    "map.bid": [lambda p: p.put(FIRST_MAP + 504, 0x100, 8)],
    "map.signature": [lambda p: p.put(FIRST_MAP + 498, 7, 2)],
    "amap.leak": [lambda p: amap(p, 3900, used=True)],
    "amap.unmarked": [lambda p: amap(p, slot(p), used=False)],
    "amap.overlap": [lambda p: p.block_entry(message_block(p), 8, p.offset(patient_table(p)), 8)],
    "pmap.used": [lambda p: p.page(FIRST_MAP + 512, slot(p) // 64, 0, 1)],
    "btree.alignment": [move_root],
    "btree.crc": [lambda p: p.put(p.entry(NODE_TREE, MESSAGE)[0] + 500, 0, 4)],
    "btree.signature": [lambda p: p.put(p.entry(NODE_TREE, MESSAGE)[0] + 498, 0, 2)],
    "btree.bid": [lambda p: p.header(0xD8, 0x77, 8)],
    "btree.bid-beyond": [lambda p: p.header(0x20, 1, 8)],
    "btree.counts": [lambda p: p.page(p.entry(NODE_TREE, MESSAGE)[0], 489, 14, 1)],
    "btree.padding": [lambda p: p.page(p.entry(NODE_TREE, MESSAGE)[0], 492, 1, 4)],
    "btree.order": [lambda p: p.page(p.entry(BLOCK_TREE, message_block(p))[0], 0, 0x7FFFFFF0, 8)],
    "btree.parent-key": [lambda p: p.page(p.pst.header.node_tree, 24, 0x62, 8)],
    "btree.level": [lambda p: p.page(p.pst.header.node_tree, 491, 2, 1)],
    "btree.loop": [lambda p: p.page(p.pst.header.node_tree, 16, int.from_bytes(root_entry(p, 1), "little"), 8)],
    "block.place": [lambda p: p.block_entry(message_block(p), 8, p.offset(message_block(p)) + 8, 8)],
    "block.trailer": [lambda p: p.put(p.trailer(message_block(p)) + 8, 0x1234, 8)],
    "block.signature": [lambda p: p.put(p.trailer(message_block(p)) + 2, 0, 2)],
    "block.crc": [lambda p: p.put(p.offset(message_block(p)) + 20, 0, 8)],
    "block.bid-beyond": [lambda p: p.header(0x204, 8, 8)],
    "block.references": [lambda p: p.block_entry(message_block(p), 18, 1, 2)],
    "block.missing": [entry_of_message(8, 0x7FFF0, 8), lambda p: p.block(x_block(p), 8, 0x7FFF0, 8)],
    "block.orphan": [entry_of_message(8, 0x7FFF0, 8)],
    "block.level": [lambda p: p.block(x_block(p), 1, 2, 1)],
    "block.type": [lambda p: p.block(x_block(p), 0, 9, 1)],
    "block.count": [lambda p: p.block(x_block(p), 2, 2000, 2), lambda p: p.block(subnode_block(p), 2, 900, 2)],
    "xblock.size": [lambda p: p.block(x_block(p), 4, 5, 4)],
    "subnodes.order": [lambda p: p.block(subnode_block(p), 8, 0x9FF25, 4)],
    "subnodes.empty": [lambda p: p.block(subnode_block(p), 2, 0, 2)],
    "xblock.empty": [lambda p: p.block(x_block(p), 2, 0, 2)],
    "xblock.short": [swap_blocks],
    "node.missing": [lambda p: p.node(0x692, 0, 0x691)],
    "node.parent": [entry_of_message(24, 0x9002), entry_of_message(24, 0)],
    "node.parent-loop": [lambda p: p.node(0x8022, 24, FOLDER)],
    "node.parent-set": [lambda p: p.node(0x8022 | 0xD, 24, 0x8022)],
    "node.orphan": [lambda p: p.node(FOLDER, 0, 0x80E2 | 1)],
    "node.index": [lambda p: p.header(0x2C + 4 * 4, 0x10000, 4)],
    "heap.header": [lambda p: p.block(message_block(p), 2, 0, 1)],
    "heap.map": [lambda p: p.block(message_block(p), 0, 8000, 2)],
    "heap.map-place": [shift_map],
    "heap.free-count": [map_number(2)],
    "heap.first-item": [map_number(4)],
    "heap.fill-level": [lambda p: p.block(message_block(p), 8, 0xFF, 1)],
    "heap.hid": [record(MESSAGE, 0x001A, 4, 0x1FFE0, 4), record(MESSAGE, 0x001A, 4, 0x7FE0, 4)],
    "bth.header": [lambda p: p.block(message_block(p), p.item(message_block(p), 0x20), 0, 1)],
    "pc.signature": [lambda p: p.block(message_block(p), 3, 0x7C, 1)],
    "pc.order": [record(MESSAGE, 0x0E07, 0, 0x0001, 2)],
    "pc.type": [record(MESSAGE, 0x001A, 2, 0x0099, 2)],
    "pc.boolean": [record(FOLDER, 0x360A, 4, 2, 1)],
    "pc.value-size": [record(MESSAGE, 0x3007, 2, 0x48, 2)],
    "pc.string": [value(MESSAGE, 0x001A, 14, 0, 2)],
    "pc.multiple": [value(MESSAGE, 0x8000, 0, 50000, 4)],
    "pc.subnode-missing": [record(MESSAGE, 0x001A, 4, 0x7FFFF, 4)],
    "pc.unnamed": [record(MESSAGE, 0x8000, 0, 0x9000, 2)],
    "tc.signature": [lambda p: p.block(p.data(CONTENTS), 3, 0xBC, 1)],
    "tc.column-order": [move_column],
    "tc.column-width": [column(6, 2, 1), column(0, 0x0098, 2)],
    "tc.column-bits": [column(7, 5, 1)],
    "tc.column-place": [column(4, 2, 2)],
    "tc.cell": [column(4, 4000, 2), column(7, 250, 1)],
    "tc.row-columns": [no_cell(CONTENTS, 0x67F20003)],
    "block.reference-bit": [lambda p: p.node(MESSAGE, 8, message_block(p) | 1, 8)],
    "block.size": [lambda p: p.block_entry(message_block(p), 16, 0, 2)],
    "file.beyond-end": [lambda p: p.block_entry(message_block(p), 8, 0x7FFFFFC0, 8)],
    "btree.empty": [lambda p: p.page(leaf(p), 488, 0, 1)],
    "btree.entry-size": [lambda p: p.page(leaf(p), 490, 200, 1)],
    "btree.page-type": [lambda p: p.put(leaf(p) + 497, 0x80, 1), lambda p: p.put(leaf(p) + 496, 0x80, 1)],
    "btree.bid-twice": [lambda p: p.put(leaf(p) + 504, p.pst.header.node_tree_bid, 8)],
    "nbt.key": [lambda p: p.node(MESSAGE, 4, 1)],
    "header.platform": [lambda p: p.header(0x0E, 2, 1)],
    "dlist.invalid": [lambda p: p.put(0x4200, 1, 1)],
    "node.usual-missing": [lambda p: p.node(0x2223, 0, 0x2243)],
    "folder.search-companion": [lambda p: p.node(0x2226, 0, 0x2246)],
    "names.stream-missing": [record(0x61, 4, 0, 5, 2)],
    "store.property-usual": [record(0x21, 0x67FF, 0, 0x67FE, 2)],
    "store.record-key": [value(0x21, 0x0FF9, 0, 0, 16)],
    "message.property-usual": [record(MESSAGE, 0x3008, 0, 0x3009, 2)],
    "pc.record-size": [lambda p: p.block(message_block(p), p.item(message_block(p), 0x20) + 2, 5, 1)],
    "table.column-missing": [column(2, 0x0016, 2)],
    "tc.info": [table_info(0, 0, 1)],
    "tc.groups": [table_info(2, 8, 2)],
    "tc.matrix-missing": [table_info(14, 0x7FF, 4)],
    "tc.row-count": [table_info(14, 0, 4)],
    "tc.hid-index": [table_info(18, 0x20, 4)],
    "tc.index-size": [row_index(2, 2, 1)],
    "tc.row-number": [first_row(4, 7, 4)],
    "tc.row-id": [cell(CONTENTS, 0x67F20003, 0x200044, 4), first_row(0, 0x200044, 4)],
    "tc.boolean": [cell(HIERARCHY, 0x360A000B, 9, 1)],
    "tc.subnode-missing": [cell(CONTENTS, 0x001A001F, 0x7FF, 4)],
    "parity.value": [
        cell(CONTENTS, 0x0E070003, 2, 4),
        cell(HIERARCHY, 0x36030003, 5, 4),
        value(MESSAGE, 0x001A, 2, 0x41, 2),
    ],
    "parity.no-cell": [no_cell(CONTENTS, 0x001A001F), no_cell(HIERARCHY, 0x3001001F)],
    "parity.cell-only": [record(MESSAGE, 0x0037, 0, 0x0036, 2)],
    "parity.size": [cell(CONTENTS, 0x0E080003, 5, 4)],
    "folder.count": [record(FOLDER, 0x3602, 4, 7, 4)],
    "folder.unread": [record(FOLDER, 0x3603, 4, 7, 4)],
    "folder.subfolders": [record(FOLDER, 0x360A, 4, 1, 1)],
    "folder.row-only": [entry_of_message(0, 0x200044)],
    "folder.row-parent": [entry_of_message(24, 0x8022)],
    "folder.property-missing": [record(FOLDER, 0x3602, 0, 0x3600, 2)],
    "folder.table-missing": [lambda p: p.node(FOLDER | 0xF, 0, FOLDER | 0xF | 0x10)],
    "folder.orphan": [lambda p: empty_table(p, HIERARCHY)],
    "message.orphan": [lambda p: empty_table(p, CONTENTS)],
    "message.property-missing": [record(MESSAGE, 0x001A, 0, 0x0019, 2)],
    "message.depth": [circle],
    "message.size": [record(MESSAGE, 0x0E08, 4, 5, 4)],
    "message.subject-plain": [value(MESSAGE, 0x0037, 0, 0x41, 2)],
    "message.subject-prefix": [value(MESSAGE, 0x0037, 2, 0x99, 2)],
    "message.has-attachments": [record(MESSAGE, 0x0E07, 4, 1, 4)],
    "message.no-recipients": [lambda p: rename_subnode(p, 0x692, 0x6B2)],
    "attachment.no-row": [lambda p: rename_subnode(p, 0x671, 0x670)],
    "attachment.row-only": [lambda p: rename_subnode(p, 0x8025, 0x8045 | 0x800000)],
    "attachment.size": [lambda p: p.block(subnode(p, 0x8025), p.record(subnode(p, 0x8025), 0x0E20) + 4, 3, 4)],
    "attachment.property-missing": [
        lambda p: p.block(subnode(p, 0x8025), p.record(subnode(p, 0x8025), 0x370B), 0x370C, 2)
    ],
    "attachment.no-message": [lambda p: p.block(subnode(p, 0x8045), p.record(subnode(p, 0x8045), 0x3701), 0x3700, 2)],
    "pc.object": [
        lambda p: p.block(subnode(p, 0x8045), object_value(p), 0x5555, 4),
    ],
    "store.property-missing": [record(0x21, 0x35E7, 0, 0x35E8, 2)],
    "store.entry-id": [value(0x21, 0x35E0, 0, 1, 4)],
    "store.entry-key": [value(0x21, 0x35E0, 4, 1, 4)],
    "store.entry-folder": [value(0x21, 0x35E0, 20, 0x9992, 4)],
    "names.entry-index": [value(0x61, 3, 6, 9, 2)],
    "names.entry-set": [value(0x61, 3, 4, 0x500, 2)],
    "names.entry-name": [value(0x61, 3, 0, 0x5000, 4)],
    "names.bucket": [value(0x61, 4, 4, 0x58, 2)],
    "names.bucket-count": [record(0x61, 1, 4, 17, 4)],
}


CASES = [(code, number) for code, faults in FAULTS.items() for number in range(len(faults))]


@pytest.mark.parametrize(("code", "number"), CASES)
def test_a_fault_is_named(code: str, number: int, sound: Path, tmp_path: Path) -> None:
    patient = Patient(sound)
    FAULTS[code][number](patient)
    assert code in codes(patient.save(tmp_path / "faulty.pst"))
