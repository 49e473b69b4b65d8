from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run

DATA = Path(__file__).parents[2] / "data" / "pst"


def test_folders_with_counts_and_classes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "list", str(DATA / "dist-list.pst"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["password"], told["damaged"]) == ("Personal Folders", False, False)
    folders = {"/".join(one["path"]): one for one in told["folders"]}
    assert folders["Contacts"]["classes"] == {"IPM.DistList": 1, "IPM.Contact": 1}
    assert (folders["Contacts"]["messages"], folders["Contacts"]["bytes"]) == (2, 1164 + 953)
    assert folders["Inbox"]["role"] == "inbox"
    assert folders["IPM_COMMON_VIEWS"]["outside"]
    assert folders["IPM_COMMON_VIEWS"]["associated"] == 3


def test_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pst", "list", str(DATA / "sample1.pst")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["Sample1", "1", "107", "IPM.Note", "1"] in lines
    assert ["Deleted", "Items", "0", "0"] in lines


@pytest.mark.parametrize("contents", [b"", b"not a PST at all", (DATA / "sample1.pst").read_bytes()[:5000], None])
def test_no_pst(contents: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "brev.pst"
    if contents is not None:
        path.write_bytes(contents)
    for command in (["list", str(path)], ["extract", str(path), str(tmp_path / "out")]):
        assert run(["pst", *command]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert "brev.pst" in told.err
        assert "Traceback" not in told.err
    assert not (tmp_path / "out").exists()
