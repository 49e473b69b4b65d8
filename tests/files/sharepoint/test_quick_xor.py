"""The digest against published vectors (rclone's, which OneDrive accepts in uploads), against Microsoft's definition, and in pieces."""

from __future__ import annotations

import base64
import random

import pytest

from skyflytt.files.sharepoint.quick_xor import QuickXor, quick_xor

VECTORS = [
    ("", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ("Sg==", "SgAAAAAAAAAAAAAAAQAAAAAAAAA="),
    ("tbQ=", "taAFAAAAAAAAAAAAAgAAAAAAAAA="),
    ("0pZP", "0rDEEwAAAAAAAAAAAwAAAAAAAAA="),
    ("jRRDVA==", "jaDAEKgAAAAAAAAABAAAAAAAAAA="),
    ("eAV52qE=", "eChAHrQRCgAAAAAABQAAAAAAAAA="),
    ("luBZlaT6", "lgBHFipBCn0AAAAABgAAAAAAAAA="),
    ("qaApEj66lw==", "qQBFCiTgA11cAgAABwAAAAAAAAA="),
    ("/aNzzCFPS/A=", "/RjFHJgRgicsAR4ACAAAAAAAAAA="),
    ("J9iPGCbfZSTNyw==", "J8DGIzBggm+UgQTNUgYAAAAAAAA="),
    ("gQaybEqS/4UlDc8e4IJm", "gDCALNigBEn8oxAlZ8AzPAAOQZg="),
    ("2fuxhBJXtpWFe8dOfdGeHw==", "O9tHLAghgSvYohKFyMMxnNCHaHg="),
    ("XBV6YKU9V7yMakZnFIxIkuU=", "HbplHsBQih5cgReMQYMRzkABRiA="),
    (base64.b64encode(b"hello world").decode(), "aCgDG9jwBhDc4Q1yawMZAAAAAAA="),
]


@pytest.mark.parametrize(("content", "digest"), VECTORS)
def test_published_vectors(content: str, digest: str) -> None:
    assert quick_xor(base64.b64decode(content)) == digest


def _as_defined(data: bytes) -> str:
    """Bit by bit."""
    bits = [0] * 160
    for index, byte in enumerate(data):
        for bit in range(8):
            bits[(index * 11 + bit) % 160] ^= byte >> bit & 1
    block = bytearray(sum(bits[8 * at + bit] << bit for bit in range(8)) for at in range(20))
    for at, byte in enumerate(len(data).to_bytes(8, "little")):
        block[12 + at] ^= byte
    return base64.b64encode(block).decode()


@pytest.mark.parametrize("size", [18, 159, 160, 161, 319, 320, 321, 4_801, 10_007])
def test_as_the_definition_has_it(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert quick_xor(data) == _as_defined(data)


@pytest.mark.parametrize("piece", [1, 7, 160, 163, 65_536])
def test_in_pieces_and_after_being_kept(piece: int) -> None:
    data = random.Random(7).randbytes(20_011)
    hashing = QuickXor()
    for begin in range(0, len(data), piece):
        hashing = QuickXor(hashing.position, hashing.state)
        hashing.update(memoryview(data)[begin : begin + piece])
    assert hashing.digest() == quick_xor(data)


def test_one_bit_and_one_byte_more_are_seen() -> None:
    data = bytes(1_000)
    assert len({quick_xor(data), quick_xor(data + b"\0"), quick_xor(b"\1" + data[1:])}) == 3
