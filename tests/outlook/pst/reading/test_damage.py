"""Damaged files: nothing crashes, nothing hangs, what can be read is, and what cannot is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skyflytt.outlook.errors import ItemDamaged, PstDamaged
from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.pst.permute import encode
from skyflytt.outlook.pst.reading import Read, open_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.reading.corpora import ALL, DATA

ROOT = Path(__file__).parents[4]
FORMS, LIMIT_S = 90, 240
BODY, DATA_BYTES = "Ett brev som ingen annan skrev. ", b"en bilaga som ingen annan har "


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_damage_never_crashes_nor_hangs(path: Path, tmp_path: Path) -> None:
    arguments = [str(path), str(tmp_path / "damaged.pst"), str(len(path.name)), str(FORMS)]
    command = [sys.executable, "-m", "tests.outlook.pst.reading.damaged", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stderr
    assert 0 < int(done.stdout) < FORMS


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Twenty messages; the body of number 7, and the attachment of number 9, are like no other's."""
    path = tmp_path / "written.pst"
    with create_pst(path, name="Test", seed=b"test") as writer:
        for number in range(20):
            data = DATA_BYTES * 500 if number == 9 else b"x"
            message = Message({tags.SUBJECT: f"Nummer {number}", tags.BODY: (BODY if number == 7 else "-") * 500})
            message.attachments.append(Attachment({tags.ATTACH_LONG_FILENAME: "a.bin", tags.ATTACH_DATA: data}))
            writer.add(("Inbox",), message)
    return path


def overwrite(path: Path, contents: bytes) -> None:
    data = bytearray(path.read_bytes())
    at = data.find(encode(contents))
    assert at > 0
    data[at : at + 4] = b"\1\2\3\4"
    path.write_bytes(data)


def inbox(path: Path) -> list[Read]:
    with open_pst(path) as reader:
        return list(reader.messages(("Inbox",)))


def test_changed_bytes_are_told_with_what_is_left(written: Path) -> None:
    whole = inbox(written)
    assert len(whole) == 20
    overwrite(written, BODY.encode("utf-16-le") * 2)
    overwrite(written, DATA_BYTES * 3)
    read = inbox(written)
    failures = [(nid, failure) for nid, failure in read if isinstance(failure, ItemDamaged)]
    assert [nid for nid, _ in failures] == [whole[7][0], whole[9][0]]
    assert all("checksum" in failure.detail and "written.pst" in failure.item for _, failure in failures)
    subjects = [message.properties[tags.SUBJECT] for _, message in read if isinstance(message, Message)]
    assert subjects == [f"Nummer {number}" for number in range(20)]
    intact = [one for one in read if one[0] not in (whole[7][0], whole[9][0])]
    assert intact == [one for one in whole if one[0] not in (whole[7][0], whole[9][0])]


def test_headers_tell_it_too(written: Path) -> None:
    overwrite(written, DATA_BYTES * 3)
    with open_pst(written) as reader:
        failures = [failure for _, failure in reader.headers(("Inbox",)) if isinstance(failure, ItemDamaged)]
    assert len(failures) == 1


def test_wiped_out_block_is_told(written: Path) -> None:
    """Of zeros the checksum is zero, too."""
    whole = inbox(written)
    data = written.read_bytes()
    at = data.find(encode(DATA_BYTES * 3))
    written.write_bytes(data[:at] + bytes(8192) + data[at + 8192 :])
    read = inbox(written)
    messages = [(nid, message) for nid, message in read if isinstance(message, Message)]
    assert [nid for nid, _ in messages] == [nid for nid, _ in whole]
    assert whole[9][0] in [nid for nid, failure in read if isinstance(failure, ItemDamaged)]


def test_file_without_its_indexes(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pst"
    cut.write_bytes((DATA / "sample1.pst").read_bytes()[:20_000])
    with pytest.raises(PstDamaged, match=r"cut\.pst"), open_pst(cut):
        pass


def test_a_file_cut_short_is_refused_unless_it_is_to_be_salvaged(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pst"
    cut.write_bytes((DATA / "sample1.pst").read_bytes()[:-1])
    with pytest.raises(PstDamaged, match="it is cut short: 271359 bytes are there of 271360"), open_pst(cut):
        pass
    with open_pst(cut, salvage=True) as reader:
        assert sum(folder.message_count for folder in reader.folders()) == 1
