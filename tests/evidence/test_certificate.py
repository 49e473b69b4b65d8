"""The certificate: every word in every language, one page, the same bytes twice, and HTML where no PDF can be drawn."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from skyflytt.decommission.copies import COPIES
from skyflytt.decommission.holds import HOLDS, HoldAnswer
from skyflytt.errors.evidence import PdfLibrariesMissing
from skyflytt.evidence.certificate import Parties, certificate_html, certificate_pdf, words_of
from skyflytt.project.fields import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)
PARTIES = Parties("Norrsken <Bygg> AB", "Gamla Molnet AB", ZoneInfo("Europe/Stockholm"), ["Anna Åström", "Bengt Öberg"])


def place(number: int, kind: str) -> dict[str, Any]:
    return {
        "number": number,
        "kind": kind,
        "objects": 12_345,
        "bytes": 9_876_543_210,
        "deleted": 12_345,
        "remaining": 0,
    }


def record(verdict: str = "UNKNOWN", places: int = 8) -> dict[str, Any]:
    """As long as one gets: the longest law, every copy with an end, as many places as are named one by one."""
    law = "Zakon o računovodstvu: statements 20 years, journal and ledger 10, vouchers 5; pay lists for good"
    return {
        "project": "norrsken",
        "verdict": verdict,
        "plan_sha256": "ab" * 32,
        "places": [place(number, "mailbox" if number % 2 else "share") for number in range(1, places + 1)],
        "not_applicable": [{"number": 1, "kind": "mailbox", "reason": "handed over"}],
        "started_at": "2026-11-10T23:00:05+00:00",
        "completed_at": "2026-11-10T23:04:05+00:00",
        "approvals": [
            {"number": 1, "role": "owner", "at": "2026-11-05T09:00:00+00:00"},
            {"number": 2, "role": None, "at": "2026-11-05T10:00:00+00:00"},
        ],
        "holds": [
            {
                "hold": hold,
                "answer": "settled",
                "law": law if hold == "bookkeeping" else None,
                "kept_until": "2046-12-31",
            }
            for hold in HOLDS
        ],
        "warnings": [{"days_before": days, "at": "2026-10-11T22:00:00+00:00", "recipients": 5} for days in (30, 7, 1)],
        "absence": [{"check": "item", "place": "share 1", "verdict": "PASS", "found": "none"}],
        "residual_copies": [{"copy": copy, "bytes": 10**12, "ages_out": "2026-12-31"} for copy in COPIES],
        "clock": "rehearsal",
        "tool_version": "0.1.0",
    }


def keys_of(words: dict[str, Any], above: str = "") -> Iterator[str]:
    for key, value in words.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from keys_of(value, f"{above}{key}.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: Language) -> None:
    words = words_of(language)
    assert list(keys_of(words)) == list(keys_of(words_of("en")))
    assert (set(words["hold"]), set(words["answer"]), set(words["copy"])) == (set(HOLDS), set(HoldAnswer), set(COPIES))
    same = [key for key in ("title", "subtitle", "limits", "places", "holds") if words[key] == words_of("en")[key]]
    assert same == ([] if language != "en" else ["title", "subtitle", "limits", "places", "holds"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_record_says(language: Language) -> None:
    page = certificate_html(record(), PARTIES, language)
    words = words_of(language)
    for text in (
        "Norrsken &lt;Bygg&gt; AB",
        "Gamla Molnet AB",
        "ab" * 32,
        "Anna Åström",
        words["role"]["other"],
        "2046-12-31",
    ):
        assert text in page
    assert words["mark"]["UNKNOWN"] in page
    assert words["rehearsal"].format(clock="rehearsal") in page
    assert not re.search(r"<Bygg>|\bNone\b|\{\{", page)


def test_a_real_clock_is_no_rehearsal_and_many_places_are_told_by_kind() -> None:
    page = certificate_html({**record(places=40), "clock": "system"}, PARTIES, "en")
    assert "a rehearsal, no proof" not in page
    assert "Mailbox × 20" in page
    assert "Mailbox 3<" not in page
    assert "493,800" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_one_page_and_the_same_each_time(language: Language) -> None:
    from weasyprint import HTML  # noqa: PLC0415

    page = certificate_html(record(), PARTIES, language)
    assert len(HTML(string=page).render().pages) == 1
    if language == "sv":
        assert certificate_pdf(page) == certificate_pdf(page)


def test_where_the_libraries_are_missing_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PdfLibrariesMissing) as missing:
        certificate_pdf("<p>")
    assert "libpango-1.0-0" in missing.value.detail
    assert "apt install libpango-1.0-0" in missing.value.advice
