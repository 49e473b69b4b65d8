"""Checksums and signatures of blocks and pages ([MS-PST] 5.3 and 5.5)."""

from __future__ import annotations

from zlib import crc32


def crc(data: bytes | bytearray | memoryview) -> int:
    """The CRC of blocks, pages, the header and property names: CRC-32, seed 0, without the final inversion ([MS-PST] 5.3)."""
    return crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(offset: int, bid: int) -> int:
    """wSig of the block or page `bid` at the file offset `offset`, 16 bits ([MS-PST] 5.5)."""
    mixed = (offset ^ bid) & 0xFFFFFFFF
    return (mixed >> 16) ^ (mixed & 0xFFFF)
