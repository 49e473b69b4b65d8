"""`skyflytt decommission`: answers, statements, media and bounces by name; bad input by its status, with nothing in the journal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from skyflytt.deadline.clock import MovableClock
from skyflytt.decommission.copies import residual_copies
from skyflytt.decommission.holds import hold_answers
from skyflytt.ledger.open import ledger_url, open_ledger
from tests.decommission.test_answers import MEDIUM
from tests.phase.discovered import AT, EXAMPLE

NAME = "norrsken"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    shutil.copy(EXAMPLE, tmp_path / "project.yaml")
    return tmp_path


def ran(there: Path, command: str, *arguments: object, by: str = "Anna Åström") -> int:
    words = [
        "decommission",
        command,
        str(there / "project.yaml"),
        *map(str, arguments),
        "--workspace",
        str(there / "work"),
    ]
    return run([*words, "--by", by] if by else words)


def test_what_was_said_is_in_the_ledger_and_shown(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "answer", "bookkeeping", "settled", "--reason", "in the new home") == 0
    assert "7 years, Bokföringslagen" in capsys.readouterr().out
    assert ran(there, "copy", "provider-backups", "2026-12-31", "--reason", "their letter") == 0
    (there / "disk.yaml").write_text(yaml.safe_dump(MEDIUM))
    (there / "disk.pdf").write_bytes(b"%PDF")
    assert ran(there, "media", there / "disk.yaml", "--document", there / "disk.pdf") == 0
    assert len(list((there / "work" / "evidence" / "media").iterdir())) == 2
    ledger = open_ledger(ledger_url(there / "work"), MovableClock(AT))
    assert hold_answers(ledger, NAME)["bookkeeping"].by == "Anna Åström"
    assert str(residual_copies(ledger, NAME, {})[0].ages_out) == "2026-12-31"
    ledger.engine.dispose()
    capsys.readouterr()
    assert ran(there, "status", by="") == 0
    shown = capsys.readouterr().out
    for words in (
        "30 days before: not sent",
        "bookkeeping: settled, says Anna Åström: in the new home",
        "legal-dispute: not answered",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("answer", ["weather", "none", "--reason", "x"], "weather"),
        ("answer", ["bookkeeping", "perhaps", "--reason", "x"], "perhaps"),
        ("answer", ["bookkeeping", "none", "--reason", "  "], "has no reason"),
        ("copy", ["moon", "2026-12-31", "--reason", "x"], "moon"),
        ("copy", ["drops", "2026-02-30", "--reason", "x"], "2026-02-30"),
        ("media", ["{there}/project.yaml"], "manufacturer"),
        ("media", ["{there}/none.yaml"], "none.yaml"),
        ("bounced", ["{there}/project.yaml"], "no report of a message that came back"),
        ("bounced", ["{there}/none.eml"], "none.eml"),
    ],
)
def test_bad_input(
    there: Path, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str], words: str
) -> None:
    status = ran(there, command, *(one.format(there=there) for one in arguments))
    said = capsys.readouterr().err
    assert words in " ".join(said.split()), said
    assert status == 2, said
