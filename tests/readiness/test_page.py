"""The how-tos' tables of permissions are what the check asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.errors.catalogue import failures
from skyflytt.readiness.dropbox_asks import ASKS
from skyflytt.readiness.page import PAGES, between
from skyflytt.readiness.permissions import permissions
from skyflytt.readiness.uses import Role

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_are_up_to_date(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--permissions", name]) == 0
    told = capsys.readouterr().out.strip()
    page = (HOW_TO / f"{name}.md").read_text(encoding="utf-8")
    assert between(page) == told, f"put what `skyflytt check --permissions {name}` prints between the two marks"


def test_every_permission_is_in_a_page() -> None:
    pages = "".join((HOW_TO / f"{name}.md").read_text(encoding="utf-8") for name in PAGES)
    given = permissions()
    assert [one.name for one in (*given.graph, *given.dropbox) if f"`{one.name}`" not in pages] == []
    assert {one.ask for one in given.dropbox} == set(ASKS)
    assert {use for one in (*given.graph, *given.dropbox) for use in one.uses} <= set(Role)
    assert all(one.documentation.startswith("https://") for one in (*given.graph, *given.dropbox))


def test_what_is_to_be_clicked_is_for_failures_that_there_are() -> None:
    assert set(permissions().clicks) <= {failure.code for failure in failures()}
