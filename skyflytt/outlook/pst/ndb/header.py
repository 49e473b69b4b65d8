"""The header of a Unicode PST, with ROOT ([MS-PST] 2.2.2.5 and 2.2.2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.ndb.btree import PageReference

_HEAD = Struct("<4sI2sHHBBIIQQI32IQ")
_ROOT = Struct("<IQQQQQQQQBBH")
_TAIL = Struct("<I128s128sBBHQ")
_CRC = Struct("<I")

_UNICODE_PST = 23
_CLIENT = 19
_BID_UNUSED = 0x1_0000_0004
"""What Outlook leaves there."""
_VALID_AMAP = 2
_SENTINEL = 0x80
_PERMUTE = 1
_LENGTH = 564
_CRC_FROM = 8
_CRC_PARTIAL_BYTES = 471
_CRC_FULL_BYTES = 516


class Root(NamedTuple):
    """What ROOT and the header's counters say."""

    size_bytes: int
    last_amap: int
    free_bytes: int
    node_tree: PageReference
    block_tree: PageReference
    next_page_bid: int
    next_block_bid: int
    last_index: Sequence[int]


def header(root: Root) -> bytes:
    """The 564 bytes of the header, both CRCs filled in."""
    nid_counters = root.last_index
    data = bytearray(
        _HEAD.pack(
            b"!BDN", 0, b"SM", _UNICODE_PST, _CLIENT, 1, 1, 0, 0, _BID_UNUSED, root.next_page_bid, 1, *nid_counters, 0
        )
    )
    data += _ROOT.pack(
        0,
        root.size_bytes,
        root.last_amap,
        root.free_bytes,
        0,
        *root.node_tree,
        *root.block_tree,
        _VALID_AMAP,
        0,
        0,
    )
    data += _TAIL.pack(0, b"\xff" * 128, b"\xff" * 128, _SENTINEL, _PERMUTE, 0, root.next_block_bid)
    data += bytes(_LENGTH - len(data))
    _CRC.pack_into(data, 4, crc(data[_CRC_FROM : _CRC_FROM + _CRC_PARTIAL_BYTES]))
    _CRC.pack_into(data, _CRC_FROM + _CRC_FULL_BYTES, crc(data[_CRC_FROM : _CRC_FROM + _CRC_FULL_BYTES]))
    return bytes(data)


assert _HEAD.size == 0xB4
assert _ROOT.size == 72
assert _HEAD.size + _ROOT.size + _TAIL.size == 0x20C
