"""The header's checksums and constants ([MS-PST] 2.2.2.6)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc

WHERE = "header"


def check(inspection: Inspection) -> Iterator[Finding]:
    header = inspection.header
    if crc(header.raw[8:479]) != header.crc_partial:
        yield Finding("header.crc-partial", 4, WHERE, f"dwCRCPartial is {header.crc_partial:#010x}")
    if header.crc_full is not None and crc(header.raw[8:524]) != header.crc_full:
        yield Finding("header.crc-full", 0x20C, WHERE, f"dwCRCFull is {header.crc_full:#010x}")
    if header.sentinel != 0x80:
        yield Finding(
            "header.sentinel", 0x200 if header.layout.unicode else 0x1CC, WHERE, f"it is {header.sentinel:#x}"
        )
    yield from constants(inspection)


def constants(inspection: Inspection) -> Iterator[Finding]:
    header = inspection.header
    raw = header.raw
    if header.client_version != 19:
        yield Finding("header.client-version", 0x0C, WHERE, f"wVerClient is {header.client_version}")
    if raw[0x0E:0x10] != b"\1\1":
        yield Finding("header.platform", 0x0E, WHERE, f"the platform bytes are {raw[0x0E:0x10].hex()}")
    if not header.layout.unicode:
        return
    if header.version != 23:
        yield Finding("header.version", 0x0A, WHERE, f"wVer is {header.version}")
    if raw[0x100:0x200].strip(b"\xff"):
        yield Finding("header.free-maps", 0x100, WHERE, "rgbFM and rgbFP are not all 0xff")
    if any(raw[0xFC:0x100]) or any(raw[0xAC:0xB4]) or any(raw[0x202:0x204]):
        yield Finding("header.padding", 0xFC, WHERE, "qwUnused, dwAlign or rgbReserved is not zero")
    if header.next_block_bid & 3:
        yield Finding("header.next-bid", 0x204, WHERE, f"bidNextB is {header.next_block_bid:#x}, no multiple of 4")
