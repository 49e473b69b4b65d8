"""`skyflytt pst write` and `pst verify`, from every kind of source, as a person calls them."""

from __future__ import annotations

import json
import mailbox
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.archive import open_archive
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import MessageEntry
from tests.bad_input.tiny_disk import tiny_disk
from tests.contract.mail_messages import RECEIVED, message

MESSAGES = 12
ROOT = Path(__file__).parents[3]


def eml_folder(at: Path) -> Path:
    for number in range(MESSAGES):
        file = at / "mail" / ("Inbox", "Arkiv å")[number % 2] / f"{number}.eml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(message(number))
    return at / "mail"


def messages_of_every_kind(at: Path) -> Path:
    """As people have them: mail by its two suffixes, an appointment, a contact."""
    source = eml_folder(at)
    (source / "Inbox" / "0.eml").rename(source / "Inbox" / "0.MSG")
    (source / "Inbox" / "2.eml").unlink()
    (source / "Inbox" / "4.eml").unlink()
    (source / "Kalender").mkdir()
    (source / "Kalender" / "a.ics").write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260601T080000Z\r\n"
        b"DTSTART:20260601T080000Z\r\nDTEND:20260601T090000Z\r\nSUMMARY:Besiktning\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (source / "b.vcf").write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Berg\r\nN:Berg;Anna;;;\r\nEND:VCARD\r\n")
    return source


def maildir(at: Path) -> Path:
    box = mailbox.Maildir(at / "mail")
    for number in range(MESSAGES):
        (box if number % 2 else box.add_folder("Arkiv")).add(message(number))
    return at / "mail"


def mbox(at: Path) -> Path:
    box = mailbox.mbox(at / "mail")
    for number in range(MESSAGES):
        box.add(message(number))
    box.close()
    return at / "mail"


def tree_of_mbox(at: Path) -> Path:
    (at / "mail" / "Arkiv").mkdir(parents=True)
    (mbox(at / "mail")).rename(at / "mail" / "Arkiv" / "2024.mbox")
    return at / "mail"


def archive(at: Path) -> Path:
    with open_archive(at / "anna.skymail", "acme/anna", SystemClock()) as opened:
        for number in range(MESSAGES):
            raw = message(number)
            opened.add(("INBOX",), MessageEntry(f"1:{number}", frozenset(), RECEIVED, len(raw)), raw, fingerprint(raw))
    return at / "anna.skymail"


def another_pst(at: Path) -> Path:
    assert run(["pst", "write", str(eml_folder(at)), str(at / "first.pst")]) == 0
    return at / "first.pst"


SOURCES = [eml_folder, messages_of_every_kind, maildir, mbox, tree_of_mbox, archive, another_pst]


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.__name__)
def test_every_source_is_written_and_verified(
    source: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = source(tmp_path), tmp_path / "out.pst"
    capsys.readouterr()
    assert run(["pst", "write", str(path), str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["files"], told["failed"]) == (MESSAGES, [str(out)], [])
    assert told["verification"]["differences"] == []
    assert run(["pst", "verify", str(out), "--against", str(path)]) == 0
    assert capsys.readouterr().out == f"{MESSAGES} items, 0 differences.\n"
    assert run(["pst", "check", str(out)]) == 0


def test_files_beside_a_folder_called_inbox_are_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = eml_folder(tmp_path)
    (source / "beside.eml").write_bytes(message(99))
    assert run(["pst", "write", str(source), str(tmp_path / "out.pst"), "--json"]) == 0
    folders = json.loads(capsys.readouterr().out)["verification"]["folders"]
    assert {tuple(one["path"]): one["found"] for one in folders if one["found"]} == {("Inbox",): 7, ("Arkiv å",): 6}


def test_an_outlook_message_file_is_named_and_the_rest_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = eml_folder(tmp_path)
    (source / "outlook.msg").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))
    assert run(["pst", "write", str(source), str(tmp_path / "out.pst")]) == 1
    told = capsys.readouterr()
    assert "outlook.msg" in told.err
    assert f"out.pst: {MESSAGES} items" in told.out


def test_equal_seeds_give_equal_bytes(tmp_path: Path) -> None:
    source = eml_folder(tmp_path)
    for name, seed in (("a", "x"), ("b", "x"), ("c", "y")):
        assert run(["pst", "write", str(source), str(tmp_path / f"{name}.pst"), "--seed", seed, "--name", "Anna"]) == 0
    first, again, other = ((tmp_path / f"{name}.pst").read_bytes() for name in "abc")
    assert first == again != other


def test_a_large_mailbox_becomes_numbered_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(6):
        (tmp_path / f"{number}.eml").write_bytes(message(number, text=os.urandom(200_000).hex()))
    assert run(["pst", "write", str(tmp_path), str(tmp_path / "out.pst"), "--split-gb", "0.002", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == [str(tmp_path / f"out-{number}.pst") for number in range(1, len(told["files"]) + 1)]
    assert len(told["files"]) > 1
    assert told["items"] == 6
    assert run(["pst", "verify", *told["files"], "--against", str(tmp_path)]) == 0


def test_of_numbered_files_all_are_put_in_place_or_none(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.eml").write_bytes(message(number, text=os.urandom(200_000).hex()))
    (tmp_path / "out-2.pst").write_bytes(b"somebody's")
    assert run(["pst", "write", str(tmp_path), str(tmp_path / "out.pst"), "--split-gb", "0.002"]) == 2
    assert [file.name for file in tmp_path.glob("*.pst")] == ["out-2.pst"]
    assert (tmp_path / "out-2.pst").read_bytes() == b"somebody's"


def test_a_difference_is_found_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = eml_folder(tmp_path)
    assert run(["pst", "write", str(source), str(tmp_path / "out.pst")]) == 0
    (source / "Inbox" / "4.eml").write_bytes(message(4, text="changed since\r\n"))
    capsys.readouterr()
    assert run(["pst", "verify", str(tmp_path / "out.pst"), "--against", str(source)]) == 1
    told = capsys.readouterr().out
    assert "Inbox" in told
    assert "Nummer 4" in told


@pytest.mark.parametrize("kind", ["nothing", "empty", "text", "database"])
def test_no_mail_there(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "source"
    if kind == "empty":
        path.mkdir()
    elif kind != "nothing":
        path.write_bytes({"text": b"hello", "database": b"SQLite format 3\0" + bytes(100)}[kind])
    status = run(["pst", "write", str(path), str(tmp_path / "out.pst")])
    sentence, advice = capsys.readouterr().err.strip().splitlines()
    assert str(path) in sentence
    assert advice.endswith(".")
    assert status == 2
    assert [file.name for file in tmp_path.iterdir() if file.name != "source"] == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out.pst"
    out.write_bytes(b"somebody's")
    assert run(["pst", "write", str(eml_folder(tmp_path)), str(out)]) == 2
    assert out.read_bytes() == b"somebody's"


def test_a_place_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "write", str(eml_folder(tmp_path)), str(tmp_path / "no" / "out.pst")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_under_the_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = eml_folder(tmp_path)
    (source / "big.eml").write_bytes(message(99, text=os.urandom(400_000).hex()))
    with tiny_disk(tmp_path / "disk", 600) as disk:
        assert run(["pst", "write", str(source), str(disk.path / "out.pst")]) == 2
        assert list(disk.path.iterdir()) == []
    assert "No space left on device" in capsys.readouterr().err


def test_a_disk_that_may_not_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = eml_folder(tmp_path)
    with tiny_disk(tmp_path / "disk", 600) as disk:
        disk.make_read_only(True)
        assert run(["pst", "write", str(source), str(disk.path / "out.pst")]) == 2
        disk.make_read_only(False)
    assert "Read-only file system" in capsys.readouterr().err


def test_a_pst_cut_short_is_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = another_pst(tmp_path).read_bytes()
    (tmp_path / "cut.pst").write_bytes(whole[: len(whole) // 2])
    capsys.readouterr()
    assert run(["pst", "write", str(tmp_path / "cut.pst"), str(tmp_path / "out.pst")]) == 2
    assert "cut.pst" in capsys.readouterr().err.splitlines()[0]
    assert not (tmp_path / "out.pst").exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_stopped_in_mid_write(number: signal.Signals, status: int, tmp_path: Path) -> None:
    source = tmp_path / "mail"
    source.mkdir()
    for index in range(300):
        (source / f"{index}.eml").write_bytes(message(index, text=os.urandom(100_000).hex()))
    command = [str(Path(sys.executable).with_name("skyflytt")), "pst", "write", str(source), str(tmp_path / "out.pst")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while not any(path.is_dir() and any(path.iterdir()) for path in tmp_path.glob(".out.pst.part-*")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == status
    assert "Traceback" not in said
    assert not (tmp_path / "out.pst").exists()
    assert run(["pst", "write", str(source), str(tmp_path / "out.pst")]) == 0
