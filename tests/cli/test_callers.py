"""`skyflytt callers`: logs handed over, the list, the pages; foreign logs by file, line and status 2."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from skyflytt.deadline.clock import FileClock
from tests.callers.conftest import CUTOVER
from tests.callers.reading import DATA
from tests.phase.discovered import EXAMPLE


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "old").mkdir()
    shutil.copy(DATA / "iis.log", tmp_path / "old" / "u_ex.log")
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["logs"] = [{"name": "exchange", "path": "old/u_ex*.log"}]
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    FileClock(tmp_path / "clock").move_to(CUTOVER.replace(hour=10))
    monkeypatch.setenv("SKYFLYTT_CLOCK_FILE", str(tmp_path / "clock"))
    return tmp_path


def ran(there: Path, command: str, *arguments: object) -> int:
    words = ["callers", command, str(there / "project.yaml"), *map(str, arguments)]
    return run([*words, "--workspace", str(there / "work")])


def test_scan_list_instructions_forget(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "scan") == 0
    assert (
        "exchange: 1 files, 23 new lines, 12 sign-ins or attempts, 0 of them before the cutover"
        in capsys.readouterr().out
    )
    assert ran(there, "list") == 1
    said = capsys.readouterr().out
    assert "Anna Åström (mailbox anna): phone [activesync-iphone] Annas telefon" in said
    assert "still calls 2026-11-22 10:00" in said
    assert "python-requests" not in said
    assert ran(there, "list", "--all", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["kind"] for one in found} >= {"phone", "script", "server-itself", "rd-client"}
    assert ran(there, "instructions", "--language", "nb", "--out", there / "pages") == 0
    assert (there / "pages" / "anna-astrom.nb.html").exists()
    assert ran(there, "forget", "--by", "Anna Åström") == 0
    assert "11 rows erased" in capsys.readouterr().out
    assert ran(there, "list") == 0


def test_a_foreign_log_is_named_with_its_line_and_the_others_are_read(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (there / "bad.log").write_text("what is this\n" * 3)
    assert ran(there, "scan", DATA / "dovecot.log", there / "bad.log") == 2
    said = capsys.readouterr()
    assert "copies: 2 files, 9 new lines" in said.out
    assert f"{there / 'bad.log'}:1" in said.err
    assert ran(there, "scan", DATA / "postfix.log", "--kind", "iis") == 2
    assert ran(there, "scan", there / "nothing.log") == 1
    assert ran(there, "scan", "--kind", "iis") == 2
    assert ran(there, "scan", DATA / "dovecot.log", "--time-zone", "Mars/Olympus") == 2
