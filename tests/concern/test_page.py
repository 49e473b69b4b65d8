"""The command and the page of the documentation, which must be the command's answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.concern.registry import all_checks

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "concerns.md"


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["concerns", "--markdown"]) == 0
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8"), (
        "run: skyflytt concerns --markdown > docs/reference/concerns.md"
    )


def test_the_page_has_a_section_for_each_check() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for check in all_checks():
        assert f"\n## {check.id}\n" in text
        assert check.advice in text


def test_the_table_lists_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["concerns"]) == 0
    shown = capsys.readouterr().out
    assert all(check.id in shown for check in all_checks())
