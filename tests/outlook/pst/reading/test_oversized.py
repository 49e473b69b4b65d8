"""Values above libpff's limit of 128 MiB are read without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.pst.reading import open_pst
from skyflytt.outlook.pst.reading.libpff import Unreadable
from skyflytt.outlook.pst.reading.oversized import OversizedValues
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.reading.corpora import DATA

MEGABYTE = bytes(range(256)) * 4096


@pytest.mark.heavy
def test_attachments_beyond_128_mib_at_any_depth(tmp_path: Path) -> None:
    film = Attachment({tags.ATTACH_LONG_FILENAME: "film.mov", tags.ATTACH_DATA: MEGABYTE * 130})
    small = Attachment({tags.ATTACH_LONG_FILENAME: "liten.txt", tags.ATTACH_DATA: b"hej"})
    inner = Message({tags.SUBJECT: "Inre"}, [], [small, film])
    message = Message({tags.SUBJECT: "Yttre"}, [], [film, Attachment({}, inner)])
    path = tmp_path / "large.pst"
    with create_pst(path, name="Test", seed=b"test") as writer:
        writer.add(("Inbox",), message)
    found = verify_pst([path], [(("Inbox",), message)])
    assert (found.differences, found.oversized) == ((), 2)
    with open_pst(path) as reader:
        ((_, read),) = reader.messages(("Inbox",))
    assert isinstance(read, Message)
    assert read.attachments[0].properties[tags.ATTACH_DATA] == MEGABYTE * 130


def test_only_size_is_a_reason(tmp_path: Path) -> None:
    values = OversizedValues(DATA / "sample1.pst")
    refusal = Unreadable("unable to read")
    with pytest.raises(Unreadable) as caught:
        values.entries((0x200024,), refusal)
    assert caught.value is refusal
    too_large = Unreadable("unable to read: invalid value data size value exceeds maximum allocation size")
    for nowhere in ((0x99,), (0x200024, 0x99)):
        with pytest.raises(Unreadable, match=r"no (sub)?node"):
            values.entries(nowhere, too_large)
    with open_pst(DATA / "sample1.pst") as reader:
        ((_, message),) = reader.messages(("Sample1",))
    assert isinstance(message, Message)
    assert (
        len(values.entries((0x200024,), too_large)) == len(message.properties) - 1
    )  # the prefix is a part of the subject
    assert len(values.entries((0x200024, 0x8025), too_large)) == len(message.attachments[0].properties)
    assert values.count == 2
    values.close()
