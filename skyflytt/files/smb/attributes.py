"""What a server says of a file: kinds from attributes and reparse tags, times as FILETIME ([MS-FSCC] sections 2.1.1, 2.1.2, 2.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntFlag

from skyflytt.files.port import EntryKind


class Attribute(IntFlag):
    READONLY = 0x1
    DIRECTORY = 0x10
    DEVICE = 0x40
    NORMAL = 0x80
    REPARSE_POINT = 0x400


NAME_SURROGATE = 0x2000_0000
"""The bit of a reparse tag that says: this stands for another name (links, junctions)."""
DFS_TAGS = frozenset({0x8000_000A, 0x8000_0012})
SPECIAL_TAGS = frozenset({0x8000_0023, 0x8000_0024, 0x8000_0025, 0x8000_0026})
"""Sockets, pipes and devices of the Windows Subsystem for Linux."""
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
LAST = 2_650_467_743_990_000_000
"""The last second that a datetime can hold."""
CREATED = struct.Struct("<HBBIqqqqqqII16s")
"""The answer to a CREATE ([MS-SMB2] section 2.2.14)."""


@dataclass(frozen=True, slots=True)
class Found:
    """An opened file or folder; `tag` is 0 where it was not asked for."""

    handle: bytes
    attributes: int
    size_bytes: int
    written: int
    tag: int = 0
    changed: int = 0
    """The file system's own time of the last change of any kind, which nobody can set back; 0 where it keeps none."""

    @property
    def kind(self) -> EntryKind:
        return kind_of(self.attributes, self.tag)

    @property
    def modified(self) -> datetime:
        return to_time(self.written)

    @property
    def is_reparse_point(self) -> bool:
        return bool(self.attributes & Attribute.REPARSE_POINT)


def kind_of(attributes: int, tag: int) -> EntryKind:
    """Only what stands for another name is a link: files that are deduplicated, compressed or kept elsewhere are files."""
    if attributes & Attribute.REPARSE_POINT and (tag & NAME_SURROGATE or tag in DFS_TAGS):
        return EntryKind.SYMLINK
    if attributes & Attribute.DEVICE or (attributes & Attribute.REPARSE_POINT and tag in SPECIAL_TAGS):
        return EntryKind.OTHER
    return EntryKind.FOLDER if attributes & Attribute.DIRECTORY else EntryKind.FILE


def read_created(data: bytes) -> Found:
    fields = CREATED.unpack_from(data)
    return Found(handle=fields[12], attributes=fields[10], size_bytes=fields[9], written=fields[6], changed=fields[7])


def to_time(filetime: int) -> datetime:
    """To the microsecond, which is what a datetime holds; rounded down."""
    return EPOCH + timedelta(microseconds=min(max(filetime, 0), LAST) // 10)


def from_time(moment: datetime) -> int:
    """In steps of 100 ns since 1601; 1 at least, since 0 means "as it is" when it is set."""
    since = moment - EPOCH
    return max(((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 10, 1)
