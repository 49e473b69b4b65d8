"""`skyflytt pst check`, as a person and as a program call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run

DATA = Path(__file__).parents[2] / "data" / "pst"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    raw = bytearray((DATA / "sample1.pst").read_bytes())
    raw[0x28D80 + 40] ^= 0xFF
    path = tmp_path / "damaged.pst"
    path.write_bytes(raw)
    return path


def test_a_sound_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "check", str(DATA / "sample1.pst")]) == 0
    shown = capsys.readouterr()
    assert "is sound" in shown.out
    assert shown.err == ""


def test_warnings_do_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "check", str(DATA / "dist-list.pst")]) == 0
    out = capsys.readouterr().out
    assert "0x000000f280 warning folder.search-contents: node 0x730" in out
    assert "0 errors, " in out


def test_errors_are_lines_with_offsets(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "check", str(damaged)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("0x0000028d80 error block.crc: block 0x460: dwCRC is")
    assert any(line.startswith("Fetch the file again") for line in lines)


def test_json_is_one_object_a_line(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "check", "--json", str(damaged)]) == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert findings[0].keys() == {"code", "offset", "where", "detail", "severity"}
    assert (findings[0]["code"], findings[0]["offset"], findings[0]["severity"]) == ("block.crc", 0x28D80, "error")


def test_a_sound_file_gives_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "check", "--json", str(DATA / "empty.pst")]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw[:100_000], "outlook.pst-damaged"),
        (lambda raw: raw[:300], "outlook.pst-damaged"),
        (lambda raw: raw[:0], "outlook.not-a-pst"),
        (lambda raw: b"From: me" + raw, "outlook.not-a-pst"),
        (lambda raw: raw[:0x201] + b"\x10" + raw[0x202:], "outlook.pst-encryption-unknown"),
    ],
)
def test_what_is_no_whole_pst(change: object, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(change)
    path = tmp_path / "bad.pst"
    path.write_bytes(change((DATA / "sample1.pst").read_bytes()))
    assert run(["pst", "check", str(path)]) == 2
    shown = capsys.readouterr()
    assert code in shown.err
    assert str(path) in shown.err
    assert shown.out == ""
