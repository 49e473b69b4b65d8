"""Application cards: what is open keeps an exit from ending; no activation key ever stands on one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skyflytt.application.card import BackupFile, Card, Point, RestoreTest, open_points
from skyflytt.application.cards import cards, change_card, ensure_cards, note_backups, open_cards
from skyflytt.application.known import known_program
from skyflytt.application.pages import HTML, JSON, card_pages
from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.application import ActivationKeyGiven, CardUnknown
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.project.applications import Application

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
VISMA = Application(name="visma", product="Visma Administration 2000", version="2026.1", licence_owner="Anna Åström")
OWN = Application(name="lager", product="Vårt lagerprogram")
BACKUP = BackupFile(path="applications/visma/bolag.zip", size_bytes=3, sha256="a" * 64)
WORKED = RestoreTest(by="Anna Åström", at=NOW, result="worked")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", MovableClock(NOW))
    ensure_project(made, "norrsken")
    ensure_cards(made, "norrsken", [VISMA, OWN])
    return made


def journalled(ledger: Ledger) -> list[str]:
    return [entry.action for entry in entries(ledger, "norrsken")]


def test_a_card_begins_with_what_the_project_file_knows(ledger: Ledger) -> None:
    visma = cards(ledger, "norrsken")["visma"]
    assert (visma.version, visma.licence_holder, visma.accounts) == ("2026.1", "Anna Åström", True)
    assert {point for point, _ in open_points(visma)} == {
        Point.ACTIVATION_KEY, Point.BACKUP, Point.RESTORE, Point.DOCUMENTATION, Point.ARCHIVE,
    }  # fmt: skip
    assert not cards(ledger, "norrsken")["lager"].accounts


def test_made_again_nothing_changes_until_the_project_file_knows_more(ledger: Ledger) -> None:
    before = journalled(ledger)
    change_card(ledger, "norrsken", "visma", by="Anna Åström", version="2026.2")
    ensure_cards(ledger, "norrsken", [VISMA, OWN])
    assert cards(ledger, "norrsken")["visma"].version == "2026.2"
    ensure_cards(ledger, "norrsken", [OWN.model_copy(update={"version": "7"})])
    assert cards(ledger, "norrsken")["lager"].version == "7"
    assert journalled(ledger) == [*before, "card-changed", "card-changed"]


def test_an_exit_ends_only_with_every_point_settled(ledger: Ledger) -> None:
    assert len(open_cards(ledger, "norrsken")) == 2
    every = dict.fromkeys(Point, "the program is given up (Anna Åström)")
    change_card(ledger, "norrsken", "lager", by="Anna Åström", not_needed=every)
    note_backups(ledger, "norrsken", "visma", [BACKUP], by="skyflytt")
    settled = {
        "activation_key_at": "Annas kassaskåp",
        "restore": WORKED,
        "documentation": "Handbok och rapportmallar till Nya Molnet AB",
        "archive_at": "hos redovisningsbyrån",
    }
    for number, (field, value) in enumerate(settled.items()):
        assert len(open_cards(ledger, "norrsken")) == 1, number
        change_card(ledger, "norrsken", "visma", by="Anna Åström", **{field: value})
    assert open_cards(ledger, "norrsken") == []


def test_a_restore_that_failed_keeps_the_card_open(ledger: Ledger) -> None:
    failed = RestoreTest(by="Bengt Öberg", at=NOW, result="failed", remark="annan version")
    change_card(ledger, "norrsken", "visma", by="Bengt Öberg", restore=failed)
    assert "the restore that Bengt Öberg tried failed" in open_cards(ledger, "norrsken")[1]


def test_another_backup_has_to_be_restored_anew(ledger: Ledger) -> None:
    note_backups(ledger, "norrsken", "visma", [BACKUP], by="skyflytt")
    change_card(ledger, "norrsken", "visma", by="Anna Åström", restore=WORKED)
    note_backups(ledger, "norrsken", "visma", [BACKUP], by="skyflytt")
    assert cards(ledger, "norrsken")["visma"].restore == WORKED
    note_backups(ledger, "norrsken", "visma", [BACKUP.model_copy(update={"sha256": "b" * 64})], by="skyflytt")
    assert cards(ledger, "norrsken")["visma"].restore is None


@pytest.mark.parametrize("key", ["nyckel ABCD-1234-EFGH-5678", "7F3KQ9ZL2M4N8P6R", "XXXXX-YYYYY-ZZZZZ-11111-22222"])
def test_an_activation_key_is_refused_and_shown_nowhere(ledger: Ledger, key: str) -> None:
    with pytest.raises(ActivationKeyGiven) as refused:
        change_card(ledger, "norrsken", "visma", by="Anna Åström", activation_key_at=key)
    assert key not in str(refused.value)
    with pytest.raises(ActivationKeyGiven):
        change_card(ledger, "norrsken", "visma", by="Anna Åström", notes={"nyckel": key})
    assert cards(ledger, "norrsken")["visma"].activation_key_at is None


def test_the_journal_names_what_changed_and_not_to_what(ledger: Ledger) -> None:
    change_card(ledger, "norrsken", "visma", by="Anna Åström", activation_key_at="Annas kassaskåp")
    last = list(entries(ledger, "norrsken"))[-1]
    assert (last.action, last.subject, last.data["changed"]) == ("card-changed", "visma", ["activation_key_at"])
    assert "kassaskåp" not in json.dumps(dict(last.data), ensure_ascii=False)


def test_no_card_without_an_application(ledger: Ledger) -> None:
    with pytest.raises(CardUnknown, match="lager, visma"):
        change_card(ledger, "norrsken", "pyramid", by="Anna Åström", version="4")


@pytest.mark.parametrize(
    "product",
    ["Visma Administration 2000", "Pyramid Business Studio", "FLEX HRM", "Rebus", "Raptor", "Wolters Kluwer Byrå"],
)
def test_known_programs_have_questions(product: str) -> None:
    assert known_program(product).ask
    assert not known_program("Vårt lagerprogram").ask


@pytest.mark.parametrize("language", ["sv", "nb", "sr", "en"])
def test_the_pages_for_the_customer(language: str) -> None:
    card = Card(
        name="visma", product="Visma <2000>", accounts=True, version="2026.1", backups=(BACKUP,), restore=WORKED,
        not_needed={Point.DOCUMENTATION: "känt (Anna Åström)"}, notes={"Rapporter": "i mappen Mallar"},
    )  # fmt: skip
    pages = card_pages(
        [card], customer="Norrsken Bygg AB", at=NOW, zone=ZoneInfo("Europe/Stockholm"), language=language  # type: ignore[arg-type]
    )  # fmt: skip
    html = pages[HTML].decode()
    for part in (
        f'<html lang="{language}">',
        "Visma &lt;2000&gt;",
        BACKUP.sha256,
        "Anna Åström",
        "i mappen Mallar",
        "09:00",
    ):
        assert part in html
    assert html.count('class="open"') == 3
    assert json.loads(pages[JSON])[0]["open"] == ["licence", "activation-key", "archive"]
    assert card_pages([], customer="x", at=NOW, zone=ZoneInfo("UTC"), language="sv") == {}
