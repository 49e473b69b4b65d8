"""The command and the pages of the documentation, which must be the command's answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.concern.page import pages
from skyflytt.concern.registry import all_checks

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "concerns.md"
FOLDER = PAGE.with_suffix("")


def test_the_index_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["concerns", "--markdown"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8"), (
        "run: skyflytt concerns --markdown > docs/reference/concerns.md"
    )


def test_every_concern_has_its_page_and_no_other_is_there() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert there == pages(), "run: skyflytt concerns --pages docs/reference/concerns"
    for check in all_checks():
        assert check.advice in there[f"{check.id}.md"]


def test_pages_of_concerns_that_are_no_more_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mail.gone.md").write_text("# mail.gone\n")
    (tmp_path / "notes.txt").write_text("kept")
    assert run(["concerns", "--pages", str(tmp_path)]) == 0
    assert f"{len(all_checks())} pages" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", *pages()}


def test_the_table_lists_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["concerns"]) == 0
    shown = capsys.readouterr().out
    assert all(check.id in shown for check in all_checks())
