"""Texts that no spreadsheet takes for a formula, whatever a customer calls a mailbox or a folder."""

from __future__ import annotations

import re

MOST_CHARACTERS = 32_767
"""Of one cell, in Excel and LibreOffice."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula in one program or another, or hides one behind it."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    """The text as a cell of a workbook can hold it: without what XML forbids, and not too long. The cell's type makes it a text."""
    return _NOT_XML.sub("\ufffd", text)[:MOST_CHARACTERS]


def harmless(text: str) -> str:
    """The text for a CSV, in which nothing but an apostrophe in front keeps it from being read as a formula."""
    text = shown(text)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text
