"""A small strict reader of a PST's raw bytes, for tests alone.

But for the permutation, which libpff proves, it shares no code with the writer.
"""

from __future__ import annotations

import mmap
import zlib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from struct import iter_unpack, unpack_from
from typing import Any

from skyflytt.outlook.pst.permute import decode

SPAN, FIRST = 0x3E000, 0x4400
BBT, NBT, FMAP, PMAP, AMAP, FPMAP = 0x80, 0x81, 0x82, 0x83, 0x84, 0x85


def crc(data: bytes) -> int:
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(offset: int, bid: int) -> int:
    x = (offset ^ bid) & 0xFFFFFFFF
    return x >> 16 ^ x & 0xFFFF


class RawPst:
    """Reads everything when it is made, and asserts on the way whatever [MS-PST] 2.2 demands of a file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size = len(self.raw)
        (self.next_page_bid,) = unpack_from("<Q", self.raw, 0x20)
        self.rgnid = unpack_from("<32I", self.raw, 0x2C)
        (self.next_block_bid,) = unpack_from("<Q", self.raw, 0x204)
        self.root = unpack_from("<QQQQQQQQB", self.raw, 0xB8)
        self.pages: dict[int, int] = {}
        self.depth: dict[int, int] = {}
        self.blocks: dict[int, tuple[int, int, int]] = {}
        self.nodes: dict[int, tuple[int, int, int]] = {}
        self.references: Counter[int] = Counter()
        self._check_header()
        self._read_trees()
        self._check_blocks()
        self._count_references()
        self.free_runs = self._check_maps()

    # Header and B-trees.

    def _check_header(self) -> None:
        raw = self.raw
        assert raw[:4] == b"!BDN"
        assert raw[8:16] == b"SM\x17\x00\x13\x00\x01\x01"
        assert unpack_from("<I", raw, 4)[0] == crc(raw[8 : 8 + 471])
        assert unpack_from("<I", raw, 0x20C)[0] == crc(raw[8 : 8 + 516])
        assert raw[0x100:0x200] == b"\xff" * 256
        assert raw[0x200:0x204] == b"\x80\x01\0\0"
        assert self.root[0] == self.size
        assert (self.size - FIRST) % SPAN == 0
        assert self.root[1] == self.size - SPAN
        assert self.root[3] == 0
        assert self.root[8] == 2

    def _read_trees(self) -> None:
        for entry in self._leaves(BBT, self.root[6], self.root[7], 24):
            bid, offset, size, count, padding = unpack_from("<QQHHI", entry)
            assert padding == 0
            assert bid not in self.blocks
            self.blocks[bid] = (offset, size, count)
        for entry in self._leaves(NBT, self.root[4], self.root[5], 32):
            nid, data, subnodes, parent, padding = unpack_from("<QQQII", entry)
            assert padding == 0
            self.nodes[nid] = (data, subnodes, parent)
        assert list(self.blocks) == sorted(self.blocks)
        assert list(self.nodes) == sorted(self.nodes)
        assert max(self.pages.values()) < self.next_page_bid
        assert len(set(self.pages.values())) == len(self.pages)
        assert max(self.blocks, default=0) < self.next_block_bid

    def _leaves(self, kind: int, bid: int, offset: int, size: int, level: int | None = None) -> Iterator[bytes]:
        page = self.raw[offset : offset + 512]
        assert offset % 512 == 0
        assert page[496:] == self._trailer(kind, page[:496], offset, bid)
        assert offset not in self.pages
        self.pages[offset] = bid
        count, most, entry_size, this_level = page[488:492]
        assert page[492:496] == bytes(4)
        assert level is None or this_level == level
        self.depth.setdefault(kind, this_level)
        assert entry_size == (24 if this_level else size)
        assert most == 488 // entry_size
        assert 1 <= count <= most
        entries = [page[at : at + entry_size] for at in range(0, count * entry_size, entry_size)]
        if not this_level:
            yield from entries
            return
        for entry in entries:
            key, child_bid, child = unpack_from("<QQQ", entry)
            assert unpack_from("<Q", self.raw, child)[0] == key
            yield from self._leaves(kind, child_bid, child, size, this_level - 1)

    @staticmethod
    def _trailer(kind: int, data: bytes, offset: int, bid: int) -> bytes:
        sums = signature(offset, bid) if kind in (BBT, NBT) else 0
        return (
            bytes([kind, kind])
            + sums.to_bytes(2, "little")
            + crc(data).to_bytes(4, "little")
            + bid.to_bytes(8, "little")
        )

    # Blocks and maps.

    def _check_blocks(self) -> None:
        for bid, (offset, size, _) in self.blocks.items():
            whole = size + 16 + 63 & ~63
            assert offset % 64 == 0
            assert 0 < size <= 8176
            assert not bid & 1
            assert (offset - FIRST) // SPAN == (offset + whole - 1 - FIRST) // SPAN
            stored = self.raw[offset : offset + size]
            expected = (size, signature(offset, bid), crc(stored), bid)
            assert unpack_from("<HHIQ", self.raw, offset + whole - 16) == expected

    def _check_maps(self) -> list[int]:
        used = sorted(
            [(offset, size + 16 + 63 & ~63) for offset, size, _ in self.blocks.values()]
            + [(offset, 512) for offset in self.pages]
            + [(offset, 512) for offset, _ in self.map_pages()]
        )
        for (one, length), (following, _) in pairwise(used):
            assert one + length <= following, f"{one:#x} lies over {following:#x}"
        spans = (self.size - FIRST) // SPAN
        bits = [0] * spans
        for offset, length in used:
            span, at = divmod(offset - FIRST, SPAN)
            bits[span] |= ((1 << length // 64) - 1) << (3968 - at // 64 - length // 64)
        free, runs = 0, []
        for offset, kind in self.map_pages():
            page = self.raw[offset : offset + 512]
            assert page[496:] == self._trailer(kind, page[:496], offset, offset), hex(offset)
            if kind == AMAP:
                expected = bits[(offset - FIRST) // SPAN]
                assert int.from_bytes(page[:496], "big") == expected
                free += 3968 - expected.bit_count()
                runs.append(max(map(len, f"{expected:03968b}".split("1"))))
            elif kind != FMAP:
                assert page[:496] == b"\xff" * 496
        assert self.root[2] == free * 64
        return runs

    def map_pages(self) -> Iterator[tuple[int, int]]:
        """Offset and type of every map page that a file of this size has."""
        for span in range((self.size - FIRST) // SPAN):
            at = FIRST + span * SPAN
            kinds = [AMAP]
            kinds += [PMAP] if span % 8 == 0 else []
            kinds += [FMAP] if span >= 128 and (span - 128) % 496 == 0 else []
            kinds += [FPMAP] if span >= 8192 and (span - 8192) % 31744 == 0 else []
            for kind in kinds:
                yield at, kind
                at += 512

    # Nodes.

    def block(self, bid: int) -> bytes:
        offset, size, _ = self.blocks[bid]
        stored = self.raw[offset : offset + size]
        return stored if bid & 2 else decode(stored)

    def data_blocks(self, bid: int) -> list[bytes]:
        """A data tree's blocks; asserts the tree's own figures."""
        if not bid:
            return []
        if not bid & 2:
            return [self.block(bid)]
        kind, level, count, total = unpack_from("<BBHI", block := self.block(bid))
        assert kind == 1
        assert count <= 1021
        assert len(block) == 8 + 8 * count
        blocks = [one for (child,) in iter_unpack("<Q", block[8:]) for one in self.data_blocks(child)]
        assert sum(map(len, blocks)) == total
        assert all(len(one) == 8176 for one in blocks[:-1])
        assert (level == 1) == all(not child & 2 for (child,) in iter_unpack("<Q", block[8:]))
        return blocks

    def data(self, bid: int) -> bytes:
        return b"".join(self.data_blocks(bid))

    def subnodes(self, bid: int) -> dict[int, tuple[int, int]]:
        """NID to (data BID, subnode BID)."""
        if not bid:
            return {}
        kind, level, count, padding = unpack_from("<BBHI", block := self.block(bid))
        assert (kind, padding) == (2, 0)
        assert 1 <= count <= (510 if level else 340)
        assert len(block) == 8 + count * (16 if level else 24)
        found: dict[int, tuple[int, int]] = {}
        if level:
            for nid, child in iter_unpack("<QQ", block[8:]):
                below = self.subnodes(child)
                assert next(iter(below)) == nid
                found |= below
        else:
            found = {nid: (data, sub) for nid, data, sub in iter_unpack("<QQQ", block[8:])}
        assert list(found) == sorted(found)
        return found

    def _count_references(self) -> None:
        for data, subnodes, _ in self.nodes.values():
            self._refer(data)
            self._refer(subnodes)
        assert {bid: entry[2] for bid, entry in self.blocks.items()} == {
            bid: 1 + self.references[bid] for bid in self.blocks
        }

    def _refer(self, bid: int) -> None:
        if not bid:
            return
        self.references[bid] += 1
        if self.references[bid] > 1 or not bid & 2:
            return
        block = self.block(bid)
        if block[0] == 1:
            children: Any = [child for (child,) in iter_unpack("<Q", block[8:])]
        elif block[1]:
            children = [child for _, child in iter_unpack("<QQ", block[8:])]
        else:
            children = [child for _, data, sub in iter_unpack("<QQQ", block[8:]) for child in (data, sub)]
        for child in children:
            self._refer(child)
