from __future__ import annotations

import csv
import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.pst.permute import encode
from skyflytt.outlook.pst.writer import create_pst

DATA = Path(__file__).parents[2] / "data" / "pst"


def mails(folder: Path) -> dict[str, EmailMessage]:
    return {
        str(file.parent.relative_to(folder)): message_from_bytes(file.read_bytes(), policy=default)  # type: ignore[misc]
        for file in folder.rglob("*.eml")
    }


def test_messages_in_folders_with_an_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["pst", "extract", str(DATA / "submessage.pst"), str(out), "--recover", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["messages"], told["lost"]) == (1, [])
    mail = mails(out)["submessage"]
    assert mail["Subject"] == "This is a message which has an embedded message attached"
    (inner,) = mail.iter_attachments()
    assert inner.get_content()["Subject"] == "This is an embedded message"
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["folder"], row["subject"]) == ("submessage", mail["Subject"])
    assert (out / row["file"]).is_file()
    assert not (out / "unreadable.csv").exists()


def test_items_that_are_no_mail_and_folders_outside(tmp_path: Path) -> None:
    assert run(["pst", "extract", str(DATA / "dist-list.pst"), str(tmp_path / "out")]) == 0
    assert sorted(str(file.relative_to(tmp_path / "out").parent) for file in (tmp_path / "out").rglob("*.eml")) == [
        "Calendar",
        "Contacts",
        "Contacts",
        "Outside the mailbox/Freebusy Data",
    ]


def test_what_could_not_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "damaged.pst", tmp_path / "out"
    with create_pst(path, name="Test", seed=b"x") as writer:
        for number in range(3):
            writer.add(("Inbox",), Message({tags.SUBJECT: str(number), tags.BODY: f"{number}" * 4000}))
    data = bytearray(path.read_bytes())
    at = data.find(encode("1".encode("utf-16-le") * 100))
    data[at : at + 3] = b"xyz"
    path.write_bytes(data)
    assert run(["pst", "extract", str(path), str(out)]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("3 messages in ")
    assert "NID 0x200044" in told.err
    assert "checksum" in told.err
    with (out / "unreadable.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["item"] for row in csv.DictReader(file)] == ["damaged.pst, NID 0x200044"]


def test_again_into_the_same_folder_but_into_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert run(["pst", "extract", str(DATA / "sample1.pst"), str(out)]) == 0
    assert len(list(out.rglob("*.eml"))) == 1
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    for occupied in (tmp_path / "mine", DATA / "sample1.pst", Path("/proc/nowhere/out")):
        assert run(["pst", "extract", str(DATA / "sample1.pst"), str(occupied)]) == 2
        assert "Nothing can be extracted into" in capsys.readouterr().err
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"
