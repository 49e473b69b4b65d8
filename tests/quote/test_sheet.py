"""The workbook, read back: which cells are formulas, and in whose words."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from skyflytt.quote.sheet import workbook
from skyflytt.quote.words import words_in
from tests.quote.given import HOSTILE, estimate, quote


def opened(language: Any = "sv", **changes: Any) -> Any:
    return load_workbook(BytesIO(workbook(quote(**changes), words_in(language))))


def test_only_our_formulas_are_formulas() -> None:
    book = opened("en")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    # Two for each of 10 workloads, 10 risks and 22 lines; the hours of the passes; all sums.
    assert len(formulas) == (10 * 2 + 5) + (10 * 2 + 2) + (22 * 2 + 1) + 10
    texts = {cell.value: cell for cell in cells if cell.data_type == "s"}
    for name in HOSTILE:
        shown = name.replace("\x00", "\ufffd").replace("\x1f", "\ufffd")
        assert texts[shown].data_type == "s"
        assert texts[shown].quotePrefix
        assert texts[f"={shown}"].data_type == "s"


@pytest.mark.parametrize(
    ("language", "names", "first"),
    [
        ("sv", ["Offert", "Arbetsmängd", "Risker", "Antaganden"], "Kund"),
        ("nb", ["Tilbud", "Arbeidsmengde", "Risikoer", "Forutsetninger"], "Kunde"),
        ("sr", ["Ponuda", "Obim posla", "Rizici", "Pretpostavke"], "Kupac"),
        ("en", ["Quote", "Workloads", "Risks", "Assumptions"], "Customer"),
    ],
)
def test_the_headings_are_the_customer_s(language: str, names: list[str], first: str) -> None:
    book = opened(language)
    assert sorted(book.sheetnames) == sorted(names)
    assert book.sheetnames[0] == names[0]
    assert book[names[0]]["A1"].value == first
    assert book[names[0]]["B1"].value == "Norrsken Bygg AB"
    rates = [cell for row in book[names[0]].iter_rows() for cell in row if f"'{names[3]}'!$B$1" in str(cell.value)]
    assert len(rates) == 22


def test_words_have_the_same_keys_in_every_language() -> None:
    english = words_in("en")
    for language in ("sv", "nb", "sr"):
        words = words_in(language)
        for part in ("sheets", "phases", "per", "columns", "labels"):
            assert getattr(words, part).keys() == getattr(english, part).keys()
            assert all(getattr(words, part).values())


def test_what_may_be_changed_is_coloured() -> None:
    book = opened("en")
    assert {book["Assumptions"][cell].fill.fgColor.rgb for cell in ("B1", "B3", "B4")} == {"00FFF6D5"}
    assert book["Risks"]["F2"].fill.fgColor.rgb == "00FFF6D5"
    assert book["Assumptions"]["B6"].value == "mailbox okänd"
    assert estimate().workloads == ()
