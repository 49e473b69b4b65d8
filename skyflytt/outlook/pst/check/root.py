"""The ROOT: the file's size and the maps' state ([MS-PST] 2.2.2.5)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.errors import PstDamaged
from skyflytt.outlook.pst.check.finding import Finding
from skyflytt.outlook.pst.check.inspection import Inspection
from skyflytt.outlook.pst.integrity import crc
from skyflytt.outlook.pst.structure.layout import FIRST_MAP, SPAN_BYTES

WHERE = "header (ROOT)"


def check(inspection: Inspection) -> Iterator[Finding]:
    """Raises PstDamaged for a file that is shorter than its intact header says."""
    header, size = inspection.header, inspection.pst.size
    unicode = header.layout.unicode
    if header.file_size > size and crc(header.raw[8:479]) == header.crc_partial:
        raise PstDamaged(inspection.pst.name, f"it is cut short: {size} bytes are there of {header.file_size}")
    if header.file_size != size:
        yield Finding(
            "root.file-size", 0xB8 if unicode else 0xA8, WHERE, f"ibFileEof is {header.file_size}, the file has {size}"
        )
    if unicode and (size < FIRST_MAP + SPAN_BYTES or (size - FIRST_MAP) % SPAN_BYTES):
        yield Finding("root.spans", size, WHERE, f"{size} bytes are not 0x4400 + n * 0x3e000")
    last = FIRST_MAP + (inspection.spans - 1) * SPAN_BYTES
    if header.last_map != last:
        yield Finding(
            "root.last-map", 0xC0 if unicode else 0xAC, WHERE, f"ibAMapLast is {header.last_map:#x}, not {last:#x}"
        )
    if header.maps_valid != 2:
        yield Finding("root.maps-valid", 0xF8 if unicode else 0xC8, WHERE, f"fAMapValid is {header.maps_valid}")
