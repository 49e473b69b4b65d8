"""Data trees and subnode trees: the internal blocks over data blocks and subnodes ([MS-PST] 2.2.2.8.3.2 and 2.2.2.8.3.3)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

_XBLOCK_HEAD = Struct("<BBHI")
_SUBNODE_HEAD = Struct("<BBHI")
_SUBNODE_ENTRY = Struct("<QQQ")
_SUBNODE_INDEX_ENTRY = Struct("<QQ")
_XBLOCK_TYPE = 1
_SUBNODE_TYPE = 2

XBLOCK_ENTRIES = 1021
"""BIDs that an XBLOCK or an XXBLOCK holds."""
SLBLOCK_ENTRIES = 340
SIBLOCK_ENTRIES = 510


class Tree(NamedTuple):
    """The root of a data tree or of a subnode tree, and the bytes of data in it (with those of all subnodes below)."""

    bid: int
    size_bytes: int


class Subnode(NamedTuple):
    """An entry of a subnode tree; `size_bytes` is the data of the subnode and of the subnodes below it."""

    nid: int
    data_bid: int
    subnode_bid: int = 0
    size_bytes: int = 0


def xblock(level: int, bids: Sequence[int], size_bytes: int) -> bytes:
    """An XBLOCK (level 1) or XXBLOCK (level 2) over at most 1021 blocks with `size_bytes` of data in all."""
    return _XBLOCK_HEAD.pack(_XBLOCK_TYPE, level, len(bids), size_bytes) + array("Q", bids).tobytes()


def slblock(entries: Sequence[Subnode]) -> bytes:
    """An SLBLOCK: at most 340 subnodes, ascending by NID."""
    head = _SUBNODE_HEAD.pack(_SUBNODE_TYPE, 0, len(entries), 0)
    return head + b"".join(_SUBNODE_ENTRY.pack(*entry[:3]) for entry in entries)


def siblock(entries: Sequence[tuple[int, int]]) -> bytes:
    """An SIBLOCK: at most 510 pairs of an SLBLOCK's first NID and its BID."""
    head = _SUBNODE_HEAD.pack(_SUBNODE_TYPE, 1, len(entries), 0)
    return head + b"".join(_SUBNODE_INDEX_ENTRY.pack(*entry) for entry in entries)
