"""What only shows in large files, seen by the independent readers too: more than 2 GB, 100,000 messages in a folder, deep folders."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.pst.check import check_pst
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.readers import pst_extractor, readpst
from tests.outlook.readers.meant import meant
from tests.outlook.readers.seen import Folder, SeenMessage

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(3600)]

Items = Callable[[], Iterator[tuple[Folder, Message]]]
MEGABYTE = 1 << 20


def huge() -> Iterator[tuple[Folder, Message]]:
    """Eight attachments of 300 MB: the file has its first FPMap, and offsets beyond 31 bits."""
    for number in range(8):
        data = random.Random(number).randbytes(MEGABYTE) * 300
        attachment = Attachment(
            {tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "disk 🎉.img", tags.ATTACH_DATA: data}
        )
        yield ("Inbox",), Message({tags.SUBJECT: f"huge {number}", tags.BODY: "x"}, attachments=[attachment])


def many() -> Iterator[tuple[Folder, Message]]:
    for number in range(100_000):
        recipient = {
            tags.RECIPIENT_TYPE: 1,
            tags.DISPLAY_NAME: "Bengt",
            tags.EMAIL_ADDRESS: f"b{number}@norrsken.example",
        }
        yield ("Inbox",), Message({tags.SUBJECT: f"RE: {number}", tags.BODY: f"text {number}"}, recipients=[recipient])


def deep() -> Iterator[tuple[Folder, Message]]:
    """2,000 folders, the deepest below 30 others."""
    for number in range(2_000):
        path = (*(f"nivå {depth}" for depth in range(number % 30)), f"mapp {number}")
        yield path, Message({tags.SUBJECT: f"in folder {number}", tags.BODY: "x"})


@pytest.mark.parametrize("items", [huge, many, deep], ids=lambda one: one.__name__)
def test_every_reader_sees_it(
    items: Items, tmp_path: Path, pst_extractor_modules: Path, require_debian: Callable[..., str]
) -> None:
    require_debian("pst-utils", binary="readpst")
    path = tmp_path / "large.pst"
    with create_pst(path, name="large", seed=b"large") as pst:
        for folder, message in items():
            pst.add(folder, message)
    assert list(check_pst(path)) == []
    assert verify_pst([path], items()).differences == ()
    expected = Counter(digest(folder, message) for folder, message in items())
    assert Counter(seen(one) for one in pst_extractor.read(pst_extractor_modules, path)) == expected
    if items is not huge:  # readpst holds each attachment in memory, encoded, and takes minutes for these
        assert Counter(seen(one) for one in readpst.read(path, tmp_path)) == expected


def digest(folder: Folder, message: Message) -> tuple[Folder, str, tuple[str, ...]]:
    return (
        folder,
        str(message.properties[tags.SUBJECT]),
        tuple(one.sha256 for one in meant(folder, message).attachments),
    )


def seen(message: SeenMessage) -> tuple[Folder, str, tuple[str, ...]]:
    attachments = tuple(one.sha256 for one in message.attachments)
    return message.folder, message.subject, attachments
