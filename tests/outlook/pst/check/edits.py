"""Edits that put one fault into a file; those that take values give an edit."""

from __future__ import annotations

from collections.abc import Callable

from skyflytt.outlook.pst.structure.layout import NODE_TREE
from tests.outlook.pst.check.patient import Patient

Fault = Callable[[Patient], None]
MESSAGE, FOLDER, CONTENTS, HIERARCHY = 0x200024, 0x8082, 0x808E, 0x802D
FIRST_MAP = 0x4400


def x_block(patient: Patient) -> int:
    return next(bid for bid in patient.database.blocks.bids if bid & 2 and patient.database.stored(bid)[1][0] == 1)


def message_block(patient: Patient) -> int:
    return patient.data(MESSAGE)


def subnode_block(patient: Patient) -> int:
    node = patient.database.nodes.find(MESSAGE)
    assert node is not None
    return node.subnodes


def subnode(patient: Patient, nid: int) -> int:
    return next(one.data for one in patient.database.subnodes(subnode_block(patient)) if one.nid == nid)


def cell(nid: int, tag: int, value: int, size: int) -> Fault:
    def put(patient: Patient) -> None:
        bid = patient.data(nid)
        row, column = patient.cell(bid, tag)
        patient.block(bid, row + column.start, value, size)

    return put


def no_cell(nid: int, tag: int) -> Fault:
    def clear(patient: Patient) -> None:
        bid = patient.data(nid)
        row, column = patient.cell(bid, tag)
        at = row + patient.table(bid).ends[2] + (column.bit >> 3)

        def change(data: bytearray) -> None:
            data[at] &= ~(0x80 >> (column.bit & 7))

        patient.edit(bid, change)

    return clear


def record(nid: int, pid: int, at: int, value: int, size: int) -> Fault:
    def put(patient: Patient) -> None:
        bid = patient.data(nid)
        patient.block(bid, patient.record(bid, pid) + at, value, size)

    return put


def value(nid: int, pid: int, at: int, new: int, size: int) -> Fault:
    """Into the heap item of a property."""

    def put(patient: Patient) -> None:
        bid = patient.data(nid)
        start = patient.record(bid, pid) + 4
        hid = int.from_bytes(patient.database.data_block(bid)[start : start + 4], "little")
        patient.block(bid, patient.item(bid, hid) + at, new, size)

    return put


def map_number(which: int) -> Fault:
    """Into the page map of the message's heap: 0 cAlloc, 2 cFree, 4 the first item's place."""

    def put(patient: Patient) -> None:
        data = patient.database.data_block(message_block(patient))
        at = int.from_bytes(data[:2], "little") + which
        patient.block(message_block(patient), at, data[at] + 1, 1)

    return put


def entry_of_message(at: int, new: int, size: int = 4) -> Fault:
    return lambda patient: patient.node(MESSAGE, at, new, size)


def move_column(patient: Patient) -> None:
    """The first two columns of the contents table change places."""
    bid = patient.data(CONTENTS)
    table = patient.table(bid)
    at = patient.item(bid, table.heap.root) + 22

    def change(data: bytearray) -> None:
        data[at : at + 16] = data[at + 8 : at + 16] + data[at : at + 8]

    patient.edit(bid, change)


def column(at: int, new: int, size: int) -> Fault:
    """Into the description of the first column of the contents table."""

    def put(patient: Patient) -> None:
        bid = patient.data(CONTENTS)
        patient.block(bid, patient.item(bid, patient.table(bid).heap.root) + 22 + at, new, size)

    return put


def amap(patient: Patient, span_slot: int, *, used: bool) -> None:
    byte = FIRST_MAP + span_slot // 8
    bit = 0x80 >> span_slot % 8
    new = patient.raw[byte] | bit if used else patient.raw[byte] & ~bit
    patient.page(FIRST_MAP, span_slot // 8, new, 1)


def slot(patient: Patient) -> int:
    return (patient.offset(message_block(patient)) - FIRST_MAP) // 64


def patient_table(patient: Patient) -> int:
    return patient.data(CONTENTS)


def root_entry(patient: Patient, number: int) -> bytes:
    start = patient.pst.header.node_tree + number * 24 + 16
    return bytes(patient.raw[start : start + 8])


def move_root(patient: Patient) -> None:
    """The root of the node tree, copied to where no page may stand."""
    old, new = patient.pst.header.node_tree, 0x40040
    patient.raw[new : new + 512] = patient.raw[old : old + 512]
    patient.header(0xE0, new, 8)


def shift_map(patient: Patient) -> None:
    """The last item ends earlier than the page map begins."""
    data = patient.database.data_block(message_block(patient))
    at = int.from_bytes(data[:2], "little")
    last = at + 4 + 2 * int.from_bytes(data[at : at + 2], "little")
    patient.block(message_block(patient), last, int.from_bytes(data[last : last + 2], "little") - 4, 2)


def swap_blocks(patient: Patient) -> None:
    """The last block of a data tree, the one that is not full, comes first."""
    bid = x_block(patient)

    def change(data: bytearray) -> None:
        data[8:16], data[-8:] = data[-8:], data[8:16]

    patient.edit(bid, change)


def empty_table(patient: Patient, nid: int) -> None:
    """Its row index has no root, and it has no rows."""
    bid = patient.data(nid)
    table = patient.table(bid)
    patient.block(bid, patient.item(bid, table.heap.root) + 14, 0, 4)
    patient.block(bid, patient.item(bid, table.index_hid) + 4, 0, 4)


def rename_subnode(patient: Patient, old: int, new: int) -> None:
    entries = list(patient.database.subnodes(subnode_block(patient)))
    number = [one.nid for one in entries].index(old)
    patient.block(subnode_block(patient), 8 + 24 * number, new, 4)


def object_value(patient: Patient) -> int:
    bid = subnode(patient, 0x8045)
    start = patient.record(bid, 0x3701) + 4
    return patient.item(bid, int.from_bytes(patient.database.data_block(bid)[start : start + 4], "little"))


def leaf(patient: Patient) -> int:
    """Where the page of the node tree with the message stands."""
    return patient.entry(NODE_TREE, MESSAGE)[0]


def table_info(at: int, new: int, size: int) -> Fault:
    """Into TCINFO of the contents table."""

    def put(patient: Patient) -> None:
        bid = patient.data(CONTENTS)
        patient.block(bid, patient.item(bid, patient.table(bid).heap.root) + at, new, size)

    return put


def row_index(at: int, new: int, size: int) -> Fault:
    """Into the header of the contents table's row index."""

    def put(patient: Patient) -> None:
        bid = patient.data(CONTENTS)
        patient.block(bid, patient.item(bid, patient.table(bid).index_hid) + at, new, size)

    return put


def first_row(at: int, new: int, size: int) -> Fault:
    """Into the first record of the contents table's row index."""

    def put(patient: Patient) -> None:
        bid = patient.data(CONTENTS)
        table = patient.table(bid)
        root = int.from_bytes(table.heap.item(table.index_hid)[4:8], "little")
        patient.block(bid, patient.item(bid, root) + at, new, size)

    return put


def circle(patient: Patient) -> None:
    """The subnodes of an attachment are those of its message."""
    nids = [one.nid for one in patient.database.subnodes(subnode_block(patient))]
    patient.block(subnode_block(patient), 8 + 24 * nids.index(0x8025) + 16, subnode_block(patient), 8)
