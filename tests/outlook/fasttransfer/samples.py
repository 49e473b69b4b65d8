"""FastTransfer streams built byte by byte, after the published descriptions of what Exchange sends."""

from __future__ import annotations

from struct import pack
from uuid import UUID

HEADER = (
    pack("<IIII", 1, 8, 0, 1)
    + pack("<III", 3, 24, 1)
    + UUID("00020307-0000-0000-C000-000000000046").bytes_le
    + pack("<I", 0x80002400)
    + pack("<IIHHH", 4, 6, 0x0E01, 0x80A4, 0)
)


def blob(stream: bytes, *sizes: int) -> bytes:
    """The stream in buffers of these sizes, the rest in a last one."""
    records, start = [HEADER], 0
    for size in (*sizes, max(0, len(stream) - sum(sizes))):
        part = stream[start : start + size]
        records.append(pack("<II", 2, len(part)) + part)
        start += size
    return b"".join(records)


def marker(tag: int) -> bytes:
    return pack("<I", tag)


def integer(tag: int, value: int) -> bytes:
    return pack("<Ii", tag, value)


def text(identifier: int, value: str) -> bytes:
    """A Unicode string as Exchange sends it: in "code page" 1200, with its NUL."""
    return counted(identifier << 16 | 0x84B0, (value + "\0").encode("utf-16-le"))


def counted(tag: int, raw: bytes) -> bytes:
    return pack("<II", tag, len(raw)) + raw


NEW_ATTACHMENT, END_ATTACHMENT = marker(0x40000003), marker(0x400E0003)
START_EMBEDDED, END_EMBEDDED = marker(0x40010003), marker(0x40020003)
START_RECIPIENT, END_RECIPIENT = marker(0x40030003), marker(0x40040003)
START_MESSAGE, END_MESSAGE = marker(0x400C0003), marker(0x400D0003)
ERROR_INFO = marker(0x40180003)


def recipient(number: int, name: str) -> bytes:
    return START_RECIPIENT + integer(0x30000003, number) + text(0x3001, name) + END_RECIPIENT


def attachment(number: int, content: bytes) -> bytes:
    return NEW_ATTACHMENT + integer(0x0E210003, number) + content + END_ATTACHMENT


MAIL = (
    counted(0x084084E4, b"/O=EXAMPLE/CN=RECIPIENTS/CN=\xe5sa\0")
    + integer(0x00170003, 1)
    + text(0x001A, "IPM.Note")
    + pack("<IH", 0x0023000B, 0)
    + pack("<IH", 0x0029000B, 1)
    + counted(0x65E10102, b"")
    + pack("<I16sBI", 0x80010003, UUID("00062008-0000-0000-C000-000000000046").bytes_le, 0, 0x8510)
    + pack("<i", -1)
    + pack("<I16sB", 0x8002101F, UUID("00020329-0000-0000-C000-000000000046").bytes_le, 1)
    + "Keywords\0".encode("utf-16-le")
    + pack("<I", 2)
    + b"".join(pack("<I", len(raw)) + raw for raw in ("Röd\0".encode("utf-16-le"), "Blå\0".encode("utf-16-le")))
    + integer(0x40160003, 0x0E12000D)
    + recipient(0, "Åsa")
    + recipient(1, "Björn")
    + integer(0x40160003, 0x0E13000D)
    + attachment(0, integer(0x37050003, 1) + counted(0x37010102, bytes(range(256))))
    + attachment(
        1,
        integer(0x37050003, 5) + START_EMBEDDED + text(0x001A, "IPM.Note") + recipient(0, "Eva") + END_EMBEDDED,
    )
)
"""A mail with all that a stream of Exchange has: strings in code pages, named properties, recipients, an embedded message."""
