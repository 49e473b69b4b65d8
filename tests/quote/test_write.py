"""From a discovery.json to both files, and what is said when there is none."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from skyflytt.concern.estimate import Estimate
from skyflytt.errors.quote import HoursInvalid, NoDiscovery
from skyflytt.quote.hours import own_hours, read_hours
from skyflytt.quote.write import quote_from, write_quote
from tests.concern.given import project
from tests.quote.given import AT, concerns, estimate, quote, workload


def discovery(folder: Path, **changes: object) -> Path:
    found = {
        "project": "norrsken",
        "at": AT.isoformat(),
        "estimate": TypeAdapter(Estimate).dump_python(estimate(workload("anna", 1.5, 0.25)), mode="json"),
        "concerns": [
            {"id": one.id, "category": one.category, "subject": one.subject, "found": one.found} for one in concerns()
        ],
        **changes,
    }
    path = folder / "discovery.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_both_files(tmp_path: Path) -> None:
    made = quote_from(project(), discovery(tmp_path), own_hours())
    written = write_quote(made, tmp_path)
    assert written.xlsx.read_bytes()[:2] == b"PK"
    with written.csv.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Fas", "Räknas", "Antal", "Timmar per styck", "Timmar", "Pris"]
    assert rows[-1][:2] == ["Summa", "SEK"]
    assert float(rows[-1][4]) == pytest.approx(made.hours, abs=1e-4)
    assert float(rows[-1][5]) == pytest.approx(made.price, abs=1e-4)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_a_second_quote_replaces_the_first(tmp_path: Path) -> None:
    write_quote(quote(), tmp_path)
    before = (tmp_path / "quote.csv").read_bytes()
    write_quote(quote(currency="EUR"), tmp_path, "en")
    assert (tmp_path / "quote.csv").read_bytes() != before
    assert (tmp_path / "quote.csv").read_text(encoding="utf-8").startswith("Phase,")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"project": "annat"}, "is of the project annat"),
        ({"estimate": {"items": 1}}, "ValidationError"),
        ({"at": "igår"}, "ValueError"),
        ({"concerns": [{"id": 1}]}, "ValidationError"),
    ],
)
def test_a_discovery_that_is_none(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(NoDiscovery, match=words):
        quote_from(project(), discovery(tmp_path, **changes), own_hours())


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"{"])
def test_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "discovery.json"
    path.write_bytes(content)
    with pytest.raises(NoDiscovery, match="cannot be read"):
        quote_from(project(), path, own_hours())


def test_no_discovery_yet(tmp_path: Path) -> None:
    with pytest.raises(NoDiscovery, match="is not there"):
        quote_from(project(), tmp_path / "discovery.json", own_hours())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lines: [", "flow node"),
        ("{}", "lines: Field required"),
        ("just words", "valid dictionary"),
        ("lines: [{phase: discovery, per: mailbox, hours: -1}]\nrisks: {by_category: {}}\ncurrencies: {}\nhourly_rates: {}", "lines.0.hours"),
        ("lines: []\nrisks: {by_category: {}}\ncurrencies: {}\nhourly_rates: {SEK: .inf}", "hourly_rates.SEK"),
    ],
)  # fmt: skip
def test_a_seller_s_file_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "hours.yaml"
    path.write_text(text)
    with pytest.raises(HoursInvalid, match=words):
        read_hours(path)


def test_a_seller_s_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(HoursInvalid, match="No such file"):
        read_hours(tmp_path / "hours.yaml")
