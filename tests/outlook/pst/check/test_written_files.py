"""Files of our own writer have nothing to remark upon, in the shapes that real files of this size never show."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.pst.check import check_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.check.patient import codes


def mail(subject: str, *attachments: Attachment, recipients: int = 1) -> Message:
    people: list[Properties] = [
        {tags.RECIPIENT_TYPE: 1, tags.DISPLAY_NAME: f"Person {number}", tags.EMAIL_ADDRESS: f"p{number}@example.com"}
        for number in range(recipients)
    ]
    return Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: subject}, people, list(attachments))


def file(size: int) -> Attachment:
    return Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "f", tags.ATTACH_DATA: b"data" * (size // 4)})


def write(path: Path, *messages: Message) -> Path:
    with create_pst(path, name="written", seed=b"written") as writer:
        for message in messages:
            writer.add(("Inbox",), message)
    return path


def test_an_empty_file(tmp_path: Path) -> None:
    assert codes(write(tmp_path / "empty.pst")) == []


def test_a_table_of_many_rows(tmp_path: Path) -> None:
    """Index levels, several heap blocks with a map of fill levels, a row matrix of several blocks."""
    assert codes(write(tmp_path / "many.pst", *(mail(f"RE: number {number} " * 8) for number in range(1500)))) == []


def test_a_message_of_many_parts(tmp_path: Path) -> None:
    """A SIBLOCK, and recipients in several blocks."""
    many = mail("many", *(file(number * 8) for number in range(400)), recipients=2000)
    assert codes(write(tmp_path / "parts.pst", many)) == []


def test_a_large_attachment(tmp_path: Path) -> None:
    """XXBLOCK and FMap; values are never read, so memory stays far below them."""
    path = write(tmp_path / "large.pst", mail("large", file(36_000_000)))
    tracemalloc.start()
    try:
        assert list(check_pst(path)) == []
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_messages_within_messages(tmp_path: Path) -> None:
    message = mail("innermost")
    for depth in range(5):
        message = mail(f"depth {depth}", Attachment({tags.ATTACH_METHOD: 5}, embedded=message))
    assert codes(write(tmp_path / "deep.pst", message)) == []


@pytest.mark.parametrize("kind", ["FMap", "PMap"])
def test_a_map_page_that_is_not_there(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path / "maps.pst", mail("large", file(36_000_000)))
    raw = bytearray(path.read_bytes())
    span = 128
    start = 0x4400 + span * 0x3E000 + {"PMap": 512, "FMap": 1024}[kind]
    raw[start : start + 512] = bytes(512)
    path.write_bytes(raw)
    assert f"{kind} of span {span}" in {one.where for one in check_pst(path) if one.code == "map.missing"}


def test_an_fmap_with_other_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "maps.pst", mail("large", file(36_000_000)))
    raw = bytearray(path.read_bytes())
    raw[0x4400 + 128 * 0x3E000 + 1024] ^= 0x55
    path.write_bytes(raw)
    assert codes(path) == ["fmap.runs", "map.crc"]
