"""What tests ask of a written file: its raw structure, and libpff's word."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pypff

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.raw_ltp import RawNode, RawProperties, RawTable
from tests.outlook.pst.raw_pst import RawPst

FIXED = {0x0002: 2, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 1}
IN_ROW = {**FIXED, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8}


def write(path: Path, *messages: Message, folder: tuple[str, ...] = ("Inbox",), name: str = "Test") -> list[int]:
    with create_pst(path, name=name, seed=b"seed") as writer:
        return [writer.add(folder, message) for message in messages]


class Written:
    """A written file; being made, it asserts what [MS-PST] 2.2 and 2.3 demand of blocks, trees and maps."""

    def __init__(self, path: Path) -> None:
        self.raw = RawPst(path)

    def properties(self, nid: int) -> dict[int, bytes]:
        """A node's properties: full tag to bytes."""
        data, subnodes, _ = self.raw.nodes[nid]
        return property_bytes(RawProperties(self.raw, data, subnodes))

    def rows(self, nid: int) -> dict[int, dict[int, bytes]]:
        """A table's cells: row id to full tag to bytes."""
        data, subnodes, _ = self.raw.nodes[nid]
        return row_bytes(RawTable(self.raw, data, subnodes))

    def subnode(self, *nids: int) -> dict[int, bytes]:
        """The properties of an attachment or an embedded message: node, then subnode in subnode."""
        return property_bytes(RawProperties(self.raw, *self._below(*nids)))

    def subnode_rows(self, *nids: int) -> dict[int, dict[int, bytes]]:
        """The rows of a table that is a subnode."""
        return row_bytes(RawTable(self.raw, *self._below(*nids)))

    def size(self, data: int, subnodes: int) -> int:
        """Data of a node and of all subnodes."""
        return len(self.raw.data(data)) + sum(self.size(*below[:2]) for below in self.raw.subnodes(subnodes).values())

    def _below(self, *nids: int) -> tuple[int, int]:
        data, subnodes, _ = self.raw.nodes[nids[0]]
        for nid in nids[1:]:
            data, subnodes = self.raw.subnodes(subnodes)[nid][:2]
        return data, subnodes


def property_bytes(node: RawProperties) -> dict[int, bytes]:
    return {
        number << 16 | kind: value[: FIXED[kind]] if kind in FIXED else node.value(_hnid(value))
        for number, (kind, value) in node.records.items()
    }


def row_bytes(table: RawTable) -> dict[int, dict[int, bytes]]:
    return {row_id: dict(_cells(table, row_id)) for row_id in table.rows}


def _cells(table: RawTable, row_id: int) -> Iterator[tuple[int, bytes]]:
    for column in table.columns:
        cell = table.cell(row_id, column.tag)
        if cell is not None:
            yield column.tag, cell if column.tag & 0xFFFF in IN_ROW else _value(table, cell)


def _value(node: RawNode, cell: bytes) -> bytes:
    return node.value(_hnid(cell))


def _hnid(cell: bytes) -> int:
    return int(struct.unpack("<I", cell)[0])


class Libpff:
    """The file as libpff tells it: folders by path below the top, and their messages."""

    def __init__(self, path: Path) -> None:
        self._file = pypff.file()
        self._file.open(str(path))
        self.folders: dict[tuple[str, ...], pypff.folder] = {}
        top = next(one for one in self._file.root_folder.sub_folders if one.identifier == 0x8022)
        self._take(top, ())

    def _take(self, folder: pypff.folder, path: tuple[str, ...]) -> None:
        self.folders[path] = folder
        for below in folder.sub_folders:
            self._take(below, (*path, below.name))

    def message(self, folder: tuple[str, ...], number: int = 0) -> pypff.message:
        return self.folders[folder].get_sub_message(number)
