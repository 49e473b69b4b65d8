"""TNEF streams written from the specification ([MS-OXTNEF] 2.1.3), attribute by attribute."""

from __future__ import annotations

import struct
from uuid import UUID

from skyflytt.outlook.mapi import Named, Property, PropertyType

FIXED = {2: "<h2x", 3: "<i", 4: "<f", 5: "<d", 6: "<q", 7: "<d", 0x0A: "<I", 0x0B: "<H2x", 0x14: "<q", 0x40: "<q"}


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def listed(properties: dict[Property, object], *, codec: str = "cp1252") -> bytes:
    """MsgPropertyList."""
    return struct.pack("<I", len(properties)) + b"".join(_one(tag, value, codec) for tag, value in properties.items())


def _one(tag: Property, value: object, codec: str) -> bytes:
    if isinstance(tag, Named):
        head = struct.pack("<HH", tag.type, 0x8000) + tag.set.bytes_le
        if isinstance(tag.name, int):
            head += struct.pack("<II", 0, tag.name)
        else:
            name = (tag.name + "\0").encode("utf-16-le")
            head += struct.pack("<II", 1, len(name)) + padded(name)
        kind = tag.type
    else:
        head, kind = struct.pack("<HH", tag & 0xFFFF, tag >> 16), tag & 0xFFFF
    if kind & 0x1000:
        assert isinstance(value, tuple)
        return head + struct.pack("<I", len(value)) + b"".join(_value(kind & ~0x1000, each, codec) for each in value)
    count = b"" if kind in FIXED or kind == PropertyType.GUID else struct.pack("<I", 1)
    return head + count + _value(kind, value, codec)


def _value(kind: int, value: object, codec: str) -> bytes:
    if kind in FIXED:
        return struct.pack(FIXED[kind], value)
    if isinstance(value, UUID):
        return value.bytes_le
    if isinstance(value, str):
        data = (value + "\0").encode("utf-16-le" if kind == PropertyType.STRING else codec)
    else:
        assert isinstance(value, bytes)
        data = value
    return struct.pack("<I", len(data)) + padded(data)
