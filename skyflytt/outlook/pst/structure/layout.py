"""What differs between Unicode and ANSI files: widths of ids and offsets, and with them every size ([MS-PST] 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple

PAGE_BYTES = 512
SLOT_BYTES = 64
FIRST_MAP = 0x4400
SPAN_BYTES = 496 * 8 * SLOT_BYTES
"""What one allocation map describes: 0x3E000 bytes, the map itself included."""
DENSITY_LIST = 0x4200
BLOCK_BYTES = 8192


class PageTrailer(NamedTuple):
    """PAGETRAILER ([MS-PST] 2.2.2.7.1)."""

    kind: int
    kind_repeat: int
    signature: int
    crc: int
    bid: int


class BlockTrailer(NamedTuple):
    """BLOCKTRAILER ([MS-PST] 2.2.2.8.1)."""

    size: int
    signature: int
    crc: int
    bid: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The packings of one form of the format. `leaf_size` and `leaf_most` are by page type (0x80 BBT, 0x81 NBT)."""

    unicode: bool
    page_data: int
    """Bytes of a page before its trailer: what its CRC covers."""
    page_trailer: Struct
    map_start: int
    tree_meta: int
    tree_index: Struct
    index_most: int
    leaf: dict[int, Struct]
    leaf_size: dict[int, int]
    leaf_most: dict[int, int]
    block_trailer: Struct
    bid: Struct
    subnode_header: int
    subnode_leaf: Struct
    subnode_index: Struct

    @property
    def block_data(self) -> int:
        """The most data of one block: 8176 bytes, or 8180 in ANSI files."""
        return BLOCK_BYTES - self.block_trailer.size

    def trailer_of_page(self, page: bytes) -> PageTrailer:
        kind, repeat, signature, third, fourth = self.page_trailer.unpack_from(page, self.page_data)
        crc, bid = (third, fourth) if self.unicode else (fourth, third)
        return PageTrailer(kind, repeat, signature, crc, bid)

    def trailer_of_block(self, stored: bytes) -> BlockTrailer:
        size, signature, third, fourth = self.block_trailer.unpack_from(stored, len(stored) - self.block_trailer.size)
        crc, bid = (third, fourth) if self.unicode else (fourth, third)
        return BlockTrailer(size, signature, crc, bid)

    def stored_size(self, size: int) -> int:
        """What a block with `size` bytes of data takes in the file."""
        return (size + self.block_trailer.size + SLOT_BYTES - 1) // SLOT_BYTES * SLOT_BYTES


BLOCK_TREE, NODE_TREE = 0x80, 0x81

UNICODE = Layout(
    unicode=True,
    page_data=496,
    page_trailer=Struct("<BBHIQ"),
    map_start=0,
    tree_meta=488,
    tree_index=Struct("<QQQ"),
    index_most=20,
    leaf={BLOCK_TREE: Struct("<QQHH4x"), NODE_TREE: Struct("<QQQI4x")},
    leaf_size={BLOCK_TREE: 24, NODE_TREE: 32},
    leaf_most={BLOCK_TREE: 20, NODE_TREE: 15},
    block_trailer=Struct("<HHIQ"),
    bid=Struct("<Q"),
    subnode_header=8,
    subnode_leaf=Struct("<QQQ"),
    subnode_index=Struct("<QQ"),
)
ANSI = Layout(
    unicode=False,
    page_data=500,
    page_trailer=Struct("<BBHII"),
    map_start=4,
    tree_meta=496,
    tree_index=Struct("<III"),
    index_most=41,
    leaf={BLOCK_TREE: Struct("<IIHH"), NODE_TREE: Struct("<IIII")},
    leaf_size={BLOCK_TREE: 12, NODE_TREE: 16},
    leaf_most={BLOCK_TREE: 41, NODE_TREE: 31},
    block_trailer=Struct("<HHII"),
    bid=Struct("<I"),
    subnode_header=4,
    subnode_leaf=Struct("<III"),
    subnode_index=Struct("<II"),
)
