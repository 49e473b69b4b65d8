"""Holds answered one by one with the law of the country, residual copies by name, media certificates with all of their fields."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.decommission.copies import COPIES, residual_copies, state_copy
from skyflytt.decommission.holds import HOLDS, HoldAnswer, answer_hold, hold_answers, question
from skyflytt.decommission.media import attach, read_certificate
from skyflytt.decommission.retention import country_of, duties, duty
from skyflytt.errors.decommission import CopyUnknown, HoldReasonMissing, MediaCertificateWrong
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.evidence.check import check_evidence
from skyflytt.evidence.write import write_evidence
from skyflytt.ledger.ledger import Ledger

MEDIUM: dict[str, Any] = {
    "manufacturer": "Seagate", "model": "ST4000NM", "serial": "ZC1ABCDE", "media_type": "magnetic disk",
    "media_source": "file server, bay 3", "category_before": "confidential", "method": "purge", "technique": "overwrite",
    "tool": "nwipe", "tool_version": "0.37", "verification": "10 % read back",
    "done_by": {"name": "Ola Nordmann", "position": "technician", "day": "2026-11-12", "location": "Luleå"},
    "validated_by": {"name": "Kari Nordmann", "position": "head of operations", "day": "2026-11-13", "location": "Luleå"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "country", "years"),
    [
        ("Europe/Stockholm", "SE", 7),
        ("Europe/Oslo", "NO", 5),
        ("Europe/Copenhagen", "DK", 5),
        ("Europe/Helsinki", "FI", 10),
        ("Europe/Berlin", "DE", 10),
        ("Europe/Belgrade", "RS", 20),
    ],
)
def test_the_accounting_duty_follows_the_country(zone: str, country: str, years: int) -> None:
    assert country_of(zone) == country
    found = duty("bookkeeping", country)
    assert found is not None
    assert found.years == years
    assert f"{years} years, {found.law}" in question("bookkeeping", country)


def test_every_duty_has_a_law_and_a_source() -> None:
    assert set(duties()) <= set(HOLDS)
    assert all(one.law and one.source.startswith("https://") for rows in duties().values() for one in rows.values())
    assert (country_of("Etc/UTC"), duty("bookkeeping", None), duty("bookkeeping", "ZZ")) == (None, None, None)


def test_one_answer_answers_one_question_alone(ledger: Ledger) -> None:
    for number, hold in enumerate(HOLDS, 1):
        answer_hold(ledger, "norrsken", hold, HoldAnswer.NONE, by="Anna Åström", reason="looked", country="SE")
        assert len(hold_answers(ledger, "norrsken")) == number
    one = hold_answers(ledger, "norrsken")["bookkeeping"]
    assert (one.country, one.years, one.kept_until, one.reason) == ("SE", 7, date(2033, 12, 31), "looked")


@pytest.mark.parametrize(("by", "reason", "refused"), [("Anna", "  ", HoldReasonMissing), (" ", "x", ApproverMissing)])
def test_an_answer_needs_a_person_and_a_reason(ledger: Ledger, by: str, reason: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        answer_hold(ledger, "norrsken", "bookkeeping", HoldAnswer.NONE, by=by, reason=reason)
    assert hold_answers(ledger, "norrsken") == {}


def test_copies_say_what_was_measured_and_what_was_stated(ledger: Ledger) -> None:
    state_copy(ledger, "norrsken", "provider-backups", date(2026, 12, 31), by="Anna Åström", reason="their letter")
    found = {one.copy: one for one in residual_copies(ledger, "norrsken", {"archives": 12, "exports": 0})}
    assert list(found) == list(COPIES)
    assert (found["provider-backups"].bytes, found["provider-backups"].ages_out) == (None, date(2026, 12, 31))
    assert (found["archives"].bytes, found["archives"].ages_out, found["exports"].bytes) == (12, None, 0)
    with pytest.raises(CopyUnknown):
        state_copy(ledger, "norrsken", "moon", date(2026, 12, 31), by="Anna Åström", reason="x")
    with pytest.raises(ApproverMissing):
        state_copy(ledger, "norrsken", "drops", date(2026, 12, 31), by=" ", reason="x")


def test_a_media_certificate_is_in_the_evidence_with_its_document(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "medium.yaml").write_text(yaml.safe_dump(MEDIUM))
    (tmp_path / "Signed.PDF").write_bytes(b"%PDF-1.7 signed")
    folder = tmp_path / "evidence"
    attach(ledger, "norrsken", tmp_path / "medium.yaml", folder, tmp_path / "Signed.PDF", by="Anna Åström")
    index = write_evidence(ledger, "norrsken", folder)
    media = sorted(one.name for one in index.files if one.name.startswith("media/"))
    assert [name.partition(".")[2] for name in media] == ["json", "pdf"]
    assert json.loads((folder / media[0]).read_text())["serial"] == "ZC1ABCDE"
    assert check_evidence(folder).whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"serial": ""}, "serial"),
        ({"method": "burn"}, "method"),
        ({"tool_version": None}, "tool_version"),
        ({"done_by": {"name": "Ola"}}, "done_by.position"),
        ({"colour": "black"}, "colour"),
    ],
)
def test_a_media_certificate_that_lacks_a_field_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = tmp_path / "medium.yaml"
    path.write_text(yaml.safe_dump({**MEDIUM, **change}))
    with pytest.raises(MediaCertificateWrong, match=words):
        read_certificate(path)


@pytest.mark.parametrize("text", ["", "- a", "{", "\0"])
def test_what_is_no_certificate_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "medium.yaml").write_text(text)
    with pytest.raises(MediaCertificateWrong):
        read_certificate(tmp_path / "medium.yaml")
