from __future__ import annotations

from pathlib import Path

from skyflytt.mail.rewritten import REASONS, Reason, markdown

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rewritten-mail.md"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), f"write skyflytt.mail.rewritten.markdown() to {PAGE}"


def test_every_reason_has_its_source() -> None:
    assert REASONS.keys() == set(Reason)
    assert all("[MS-OX" in told.source for told in REASONS.values())
