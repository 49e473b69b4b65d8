from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from skyflytt.errors.base import BadInput
from skyflytt.outlook.errors import NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.pst.permute import decode
from skyflytt.outlook.pst.reading import open_pst
from tests.outlook.pst.raw_pst import RawPst
from tests.outlook.pst.reading.corpora import DATA, messages

SAMPLE = (DATA / "sample1.pst").read_bytes()
HEADER_CRC_AT, METHOD_AT = 0x20C, 0x201


@pytest.mark.parametrize(
    ("contents", "failure", "words"),
    [
        (b"", NotAPst, "empty"),
        (b"PK\x03\x04" + bytes(5000), NotAPst, "begins with"),
        (b"!BDN", PstDamaged, "ends after 4 bytes"),
        (SAMPLE[:300], PstDamaged, "header"),
        (SAMPLE[:8] + b"SO" + SAMPLE[10:], NotAPst, "OST"),
        (SAMPLE[:10] + b"\x63\0" + SAMPLE[12:], NotAPst, "version 99"),
        (SAMPLE[:METHOD_AT] + b"\x10" + SAMPLE[METHOD_AT + 1 :], PstEncryptionUnknown, "0x10"),
        (SAMPLE[:METHOD_AT] + b"\x77" + SAMPLE[METHOD_AT + 1 :], PstEncryptionUnknown, "0x77"),
        (SAMPLE[:600], PstDamaged, "file.pst"),
    ],
)
def test_files_that_cannot_be_read(contents: bytes, failure: type[BadInput], words: str, tmp_path: Path) -> None:
    path = tmp_path / "file.pst"
    path.write_bytes(contents)
    with pytest.raises(failure, match=words) as caught, open_pst(path):
        pass
    assert isinstance(caught.value, BadInput)
    assert str(path) in str(caught.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.pst"):
        with pytest.raises(NotAPst), open_pst(path):
            pass


def test_a_name_of_any_bytes(tmp_path: Path) -> None:
    path = tmp_path / b"brev \xe5\xff \xf0\x9f\x99\x82.pst".decode("utf-8", "surrogateescape")
    path.write_bytes(SAMPLE)
    assert [message.properties[tags.SUBJECT] for _, message in messages(path)] == ["Here is a sample message"]


def test_blocks_of_the_cyclic_method() -> None:
    """Outlook's "high encryption": libpff reads it."""
    assert list(messages(DATA / "cyclic" / "sample1.pst")) == list(messages(DATA / "sample1.pst"))


def test_password_is_told_and_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "password.pst"
    with_password(path)
    with open_pst(path) as reader:
        assert reader.password_protected
        ((_, message),) = reader.messages(("Sample1",))
    assert isinstance(message, Message)
    assert message == next(message for _, message in messages(DATA / "sample1.pst"))


def with_password(path: Path) -> None:
    """The checksum of a password in the store's property context (PidTagPstPassword), as Outlook keeps it."""
    raw = RawPst(DATA / "sample1.pst")
    store = raw.nodes[0x21][0]
    offset, size = raw.blocks[store][:2]
    data = bytearray(SAMPLE)
    plain = bytearray(decode(bytes(data[offset : offset + size])))
    record = struct.pack("<HH", 0x67FF, 0x0003)
    at = plain.find(record)
    assert at > 0
    plain[at + 4 : at + 8] = b"\x12\x34\x56\x78"
    rewrite(data, offset, size, bytes(plain))
    path.write_bytes(data)


def rewrite(data: bytearray, offset: int, size: int, plain: bytes) -> None:
    from skyflytt.outlook.pst.permute import encode  # noqa: PLC0415

    stored = encode(plain)
    data[offset : offset + size] = stored
    trailer = (offset + size + 16 + 63) // 64 * 64 - 16
    data[trailer + 4 : trailer + 8] = struct.pack("<I", zlib.crc32(stored, 0xFFFFFFFF) ^ 0xFFFFFFFF)
