from __future__ import annotations

import math
import struct
import uuid

import pytest

from skyflytt.outlook.mapi import PropertyType
from skyflytt.outlook.pst.reading.values import NotThatType, type_in_model, value_of

GUID = uuid.UUID("00020329-0000-0000-C000-000000000046")


def western(data: bytes) -> str:
    return data.decode("cp1252")


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        (0x0002, b"\xff\xff", -1),
        (0x0003, b"\xfe\xff\xff\xff", -2),
        (0x0004, struct.pack("<f", 1.5), 1.5),
        (0x0005, struct.pack("<d", -0.1), -0.1),
        (0x0006, struct.pack("<q", -12345), -12345),
        (0x0007, struct.pack("<d", 40000.5), 40000.5),
        (0x000A, b"\x0f\x01\x04\x80", 0x8004010F),
        (0x000B, b"\x01", True),
        (0x000B, b"\x00", False),
        (0x0014, struct.pack("<q", -(2**63)), -(2**63)),
        (0x001E, b"\xe5\xe4\xf6\0", "åäö"),
        (0x001F, "å🙂".encode("utf-16-le"), "å🙂"),
        (0x001F, b"\x00\xd8", "\ud800"),
        (0x001F, b"", ""),
        (0x0040, struct.pack("<Q", 2**64 - 1), 2**64 - 1),
        (0x0048, GUID.bytes_le, GUID),
        (0x00FB, b"\x01\x02", b"\x01\x02"),
        (0x0102, b"", b""),
        (0x1002, b"\x01\x00\xff\xff", (1, -1)),
        (0x1003, b"", ()),
        (0x1048, GUID.bytes_le * 2, (GUID, GUID)),
        (0x101F, struct.pack("<III", 2, 12, 16) + "ab".encode("utf-16-le"), ("ab", "")),
        (0x101E, struct.pack("<II", 1, 8) + b"\xe5\0", ("å",)),
        (0x1102, struct.pack("<III", 2, 12, 12) + b"xyz", (b"", b"xyz")),
        (0x1102, b"", ()),
    ],
)
def test_values(kind: int, data: bytes, value: object) -> None:
    read = value_of(kind, data, western)
    assert read == value
    assert type(read) is type(value)


def test_nan_stays_one() -> None:
    value = value_of(0x0005, struct.pack("<d", math.nan), western)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (0x0003, b"\x01"),
        (0x001F, b"a"),
        (0x0048, b"short"),
        (0x1003, b"12345"),
        (0x1102, struct.pack("<I", 2**31)),
        (0x1102, struct.pack("<III", 2, 12, 4000) + b"x"),
        (0x101F, struct.pack("<III", 2, 14, 12) + b"abcd"),
        (0x1102, struct.pack("<II", 1, 0)),
        (0x1234, b"abcd"),
        (0x0000, b""),
    ],
)
def test_bytes_that_are_no_such_value(kind: int, data: bytes) -> None:
    with pytest.raises(NotThatType):
        value_of(kind, data, western)


def test_no_8_bit_strings_in_the_model() -> None:
    assert type_in_model(0x001E) == PropertyType.STRING
    assert type_in_model(0x101E) == PropertyType.MULTIPLE_STRING
    assert type_in_model(0x0102) == PropertyType.BINARY
