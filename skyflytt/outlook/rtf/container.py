"""The frame around compressed RTF ([MS-OXRTFCP] 2.1.3.1): four little-endian words, then the content."""

from __future__ import annotations

import struct
import zlib

HEADER = struct.Struct("<II4sI")
"""COMPSIZE (content and the last 12 bytes of the header), RAWSIZE, COMPTYPE, CRC."""
COMPRESSED = b"LZFu"
UNCOMPRESSED = b"MELA"
WINDOW = 4096
INITIAL = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""The text that stands in the dictionary before the first token ([MS-OXRTFCP] 2.1.2.1)."""


def crc(content: bytes) -> int:
    """CRC-32 with start 0 and without a final complement ([MS-OXRTFCP] 2.1.3.2)."""
    return zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
