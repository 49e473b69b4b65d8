"""Reads heaps, BTHs and contexts from raw bytes, for tests alone ([MS-PST] 2.3)."""

from __future__ import annotations

from itertools import pairwise
from struct import iter_unpack, unpack_from
from typing import NamedTuple

from tests.outlook.pst.raw_pst import RawPst

_LEVELS = (3584, 2560, 2048, 1792, 1536, 1280, 1024, 768, 512, 256, 128, 64, 32, 16, 8, 0)


class RawHeap:
    """A heap's items by HID; asserts headers, page maps, fill levels and padding."""

    def __init__(self, blocks: list[bytes]) -> None:
        self.blocks = blocks
        self.items: dict[int, bytes] = {}
        _, sign, self.client, self.user_root = unpack_from("<HBBI", blocks[0])
        assert sign == 0xEC
        levels = bytearray()
        for number, block in enumerate(blocks):
            levels.append(self._read(number, block))
        for number, level in enumerate(levels):
            assert self._written_level(number) == level, f"block {number}"
        for number in range(len(blocks), -(-(len(blocks) - 8) // 128) * 128 + 8):
            assert self._written_level(number) == 0

    def _read(self, number: int, block: bytes) -> int:
        page_map = unpack_from("<H", block)[0]
        count, freed = unpack_from("<HH", block, page_map)
        ends = unpack_from(f"<{count + 1}H", block, page_map + 4)
        bitmap = number >= 8 and (number - 8) % 128 == 0
        assert ends[0] == (12 if number == 0 else 66 if bitmap else 2)
        assert (ends[-1] + 1) // 2 * 2 == page_map
        assert 1 <= count <= 2047
        assert freed == 0
        for index, (start, end) in enumerate(pairwise(ends), 1):
            assert 0 < end - start <= 3580
            self.items[number << 16 | index << 5] = block[start:end]
        end = page_map + 4 + 2 * (count + 1)
        if number < len(self.blocks) - 1:
            assert len(block) == 8176
            assert not any(block[end:])
        else:
            assert len(block) == end
        return next(level for level, free in enumerate(_LEVELS) if 8176 - end >= free)

    def _written_level(self, number: int) -> int:
        holder = 0 if number < 8 else (number - 8) // 128 * 128 + 8
        start = 8 if holder == 0 else 2
        byte = self.blocks[holder][start + (number - holder) // 2]
        return byte >> 4 if number % 2 else byte & 15

    def bth(self, header: int) -> tuple[int, dict[bytes, bytes]]:
        """Index levels, and the records by key."""
        kind, key, entry, levels, root = unpack_from("<BBBBI", self.items[header])
        assert kind == 0xB5
        if not root:
            return levels, {}
        items = [self.items[root]]
        for _ in range(levels):
            below = []
            for item in items:
                for at in range(0, len(item), key + 4):
                    child = self.items[unpack_from("<I", item, at + key)[0]]
                    assert child[:key] == item[at : at + key]
                    below.append(child)
            items = below
        size = key + entry
        records = [item[at : at + size] for item in items for at in range(0, len(item), size)]
        keys = [int.from_bytes(record[:key], "little") for record in records]
        assert keys == sorted(set(keys))
        return levels, {record[:key]: record[key:] for record in records}


class RawNode:
    """A node's heap and subnodes."""

    def __init__(self, pst: RawPst, data: int, subnodes: int) -> None:
        self.pst = pst
        self.heap = RawHeap(pst.data_blocks(data))
        self.subnodes = pst.subnodes(subnodes)

    def value(self, hnid: int) -> bytes:
        if not hnid:
            return b""
        if hnid & 0x1F:
            assert hnid & 0x1F == 0x1F
            return self.pst.data(self.subnodes[hnid][0])
        return self.heap.items[hnid]


class RawProperties(RawNode):
    """A property context: `records` by id, as (type, the 4 bytes of dwValueHnid)."""

    def __init__(self, pst: RawPst, data: int, subnodes: int) -> None:
        super().__init__(pst, data, subnodes)
        assert self.heap.client == 0xBC
        self.levels, records = self.heap.bth(self.heap.user_root)
        self.records = {unpack_from("<H", key)[0]: (unpack_from("<H", at)[0], at[2:6]) for key, at in records.items()}


class RawColumn(NamedTuple):
    tag: int
    offset: int
    size: int
    bit: int


class RawTable(RawNode):
    """A table context: `columns`, and `rows` (row id to the row's bytes)."""

    def __init__(self, pst: RawPst, data: int, subnodes: int) -> None:
        super().__init__(pst, data, subnodes)
        assert self.heap.client == 0x7C
        info = self.heap.items[self.heap.user_root]
        kind, count = info[:2]
        self.ends = unpack_from("<4H", info, 2)
        index, self.hnid_rows, deprecated = unpack_from("<III", info, 10)
        assert (kind, deprecated) == (0x7C, 0)
        self.columns = [RawColumn(*one) for one in iter_unpack("<IHBB", info[22:])]
        assert len(self.columns) == count
        assert self.columns == sorted(self.columns)
        assert sorted(one.bit for one in self.columns) == list(range(count))
        self.index_levels, index_records = self.heap.bth(index)
        rows = self._rows(self.ends[3])
        self.rows = {
            unpack_from("<I", key)[0]: rows[unpack_from("<I", number)[0]] for key, number in index_records.items()
        }
        assert len(rows) == len(self.rows)
        assert all(unpack_from("<I", row)[0] == row_id for row_id, row in self.rows.items())

    def _rows(self, size: int) -> list[bytes]:
        if not self.hnid_rows:
            return []
        if self.hnid_rows & 0x1F:
            blocks = self.pst.data_blocks(self.subnodes[self.hnid_rows][0])
            assert sum(map(len, blocks)) > 3580
        else:
            blocks = [self.heap.items[self.hnid_rows]]
        whole = 8176 // size * size
        cut = [block[:whole] for block in blocks]
        assert len(cut[-1]) % size == 0
        return [block[at : at + size] for block in cut for at in range(0, len(block), size)]

    def cell(self, row_id: int, tag: int) -> bytes | None:
        """The cell's bytes in the row, None where it does not exist."""
        row = self.rows[row_id]
        column = next(one for one in self.columns if one.tag == tag)
        if not row[self.ends[2] + column.bit // 8] & 0x80 >> column.bit % 8:
            return None
        return row[column.offset : column.offset + column.size]
