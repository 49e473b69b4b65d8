"""No text becomes a formula, and none is one that XML cannot carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import text

from skyflytt.quote.cells import FORMULA_STARTS, MOST_CHARACTERS, harmless, shown
from tests.quote.given import HOSTILE


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("a")])
def test_a_formula_gets_an_apostrophe(name: str) -> None:
    assert harmless(name).startswith("'")


@pytest.mark.parametrize("name", ["Åsa", "1-2", "a=b", "", "anna@example.com"])
def test_a_usual_name_stays(name: str) -> None:
    assert harmless(name) == name


@given(text())
def test_nothing_begins_a_formula(name: str) -> None:
    assert not harmless(name).lstrip(" \u00a0").startswith(FORMULA_STARTS)


def test_what_a_cell_cannot_hold() -> None:
    assert shown("a\x00b\x1f\ud800\uffff") == "a\ufffdb\ufffd\ufffd\ufffd"
    assert len(shown("x" * 40_000)) == MOST_CHARACTERS
