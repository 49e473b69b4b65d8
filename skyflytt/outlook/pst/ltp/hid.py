"""HIDs and the sizes of a heap-on-node ([MS-PST] 2.3.1.1)."""

from __future__ import annotations

MAX_ITEM = 3580
"""Bytes of a heap item; larger values go to subnodes ([MS-PST] 2.3.3.3)."""
MAX_ITEMS = 2047
"""Items of a block: hidIndex has 11 bits and counts from 1."""
MAX_BLOCKS = 0x10000


def make_hid(block: int, index: int) -> int:
    """The HID of item `index` (from 1) in the heap's block `block` (from 0)."""
    return block << 16 | index << 5
