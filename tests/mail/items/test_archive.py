"""A mailbox archive as items: from its streams where they can be read, else from the MIME, and nothing is left out."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.archive import ArchiveItem, open_archive
from skyflytt.mail.export import write_pst
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.items.archive import ArchiveItems
from skyflytt.mail.port import MessageEntry, Way
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime import Delivery, from_mime
from tests.contract.mail_messages import RECEIVED, message

INBOX = ("INBOX",)
WHOLE, MALFORMED, CUT_OFF, DAMAGED, NONE = "1:1", "1:2", "1:3", "1:4", "1:5"
SUBJECT = "Ur strömmen"


def stream_of(raw: bytes, extra: str = SUBJECT) -> bytes:
    """With a subject of its own, so that it shows which of the two was read."""
    made = from_mime(raw, Delivery(RECEIVED, frozenset()))
    made.properties[tags.SUBJECT] = extra
    return write_stream(made)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    streams = {
        WHOLE: stream_of(message(1)),
        MALFORMED: b"\xff" * 400,
        CUT_OFF: stream_of(message(3))[:-5],
        DAMAGED: stream_of(message(4), "Skadad"),
        NONE: None,
    }
    with open_archive(tmp_path / "a.skymail", "p/a", SystemClock()) as archive:
        for number, (ref, stream) in enumerate(streams.items(), 1):
            raw = message(number)
            way = Way.EXPORTED if stream else Way.MIME
            entry = MessageEntry(ref, frozenset(), RECEIVED, len(raw))
            archive.add_many([ArchiveItem(INBOX, entry, raw, fingerprint(raw), stream, way)])
        (damaged,) = [one.stream for one in archive.entries() if one.ref == DAMAGED]
    assert damaged
    with sqlite3.connect(tmp_path / "a.skymail") as connection:
        connection.execute("UPDATE stream SET zstd = x'0011' WHERE digest = ?", (bytes.fromhex(damaged),))
    return tmp_path / "a.skymail"


def test_a_stream_that_cannot_be_read_is_replaced_by_the_mime(path: Path) -> None:
    with open_archive(path, "p/a", SystemClock()) as archive:
        found = {item.name: item for item in ArchiveItems(archive).items()}
    subjects = {
        name: item.message.properties[tags.SUBJECT] for name, item in found.items() if isinstance(item.message, Message)
    }
    assert subjects == {
        f"INBOX/{WHOLE}": SUBJECT,
        **{f"INBOX/{ref}": f"Nummer {number}" for number, ref in enumerate((MALFORMED, CUT_OFF, DAMAGED, NONE), 2)},
    }
    notices = {name: item.notice for name, item in found.items() if item.notice}
    assert set(notices) == {f"INBOX/{ref}" for ref in (MALFORMED, CUT_OFF, DAMAGED)}
    for name, notice in notices.items():
        assert (notice.code, notice.item) == ("mail.stream-unusable", name)
    assert "cut off" in notices[f"INBOX/{CUT_OFF}"].detail


def test_the_export_goes_on_and_names_them(path: Path, tmp_path: Path) -> None:
    with open_archive(path, "p/a", SystemClock()) as archive:
        report = write_pst(archive, tmp_path / "out", name="anna")
        assert archive.ways() == {Way.EXPORTED: 4, Way.MIME: 1}
    assert report.count == 5
    assert [name for name, _ in report.notices] == [f"INBOX/{ref}" for ref in (MALFORMED, CUT_OFF, DAMAGED)]
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as index:
        assert [row["way"] for row in csv.DictReader(index)] == ["exported"] * 4 + ["mime"]


def test_the_command_names_them_and_succeeds(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "write", str(path), str(tmp_path / "a.pst"), "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["items"], told["failed"]) == (5, [])
    assert [one["item"] for one in told["notices"]] == [f"INBOX/{ref}" for ref in (MALFORMED, CUT_OFF, DAMAGED)]
    assert said.err.count("[mail.stream-unusable]") == 3
