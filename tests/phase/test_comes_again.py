"""When what comes again begins, and when it has come for the last time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import contract_deadlines
from skyflytt.ledger.schema import deletion
from skyflytt.phase.comes_again import why_not_yet, why_over
from skyflytt.phase.coming import coming, standings
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_share import move_share
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.steps import ensure_steps, finish_step, start_step
from tests.phase import discovered

FLOWS = ("advance", "delta", "callers", "weekly-report")


@pytest.fixture
def migration(tmp_path: Path) -> Iterator[Migration]:
    for side in ("old", "new"):
        (tmp_path / f"{side}-files" / "homes").mkdir(parents=True)
    (tmp_path / "old-files" / "homes" / "avtal.pdf").write_bytes(b"avtal")
    with discovered.migration(tmp_path) as opened:
        yield opened


def deleted(migration: Migration, at: datetime | None) -> None:
    """A deletion at the source that has begun, and is completed where there is an hour."""
    began = migration.clock.now()
    row = {"project": migration.name, "place": "share homes", "plan_hash": "0" * 64, "planned": 1, "planned_bytes": 5}
    row |= {"state": "completed" if at else "started", "started_at": began, "completed_at": at}
    row |= {"deleted": 1, "remaining": 0, "absence": "listed again: empty"} if at else {}
    with migration.ledger.writing() as connection:
        connection.execute(insert(deletion).values(**row))


def all_done(migration: Migration) -> None:
    playbook = load_playbook(migration.project.playbook or "")
    ensure_steps(migration.ledger, migration.name, playbook, by="test")
    for step in playbook.steps:
        start_step(migration.ledger, migration.name, step.id, by="test", again=True)
        finish_step(migration.ledger, migration.name, step.id, by="test", outcome="done")


def test_the_nights_go_on_from_the_first_pass(migration: Migration) -> None:
    assert "No pass has ended yet" in why_not_yet(migration, "delta")
    assert [why_not_yet(migration, flow) for flow in FLOWS if flow != "delta"] == ["", "", ""]
    move_share(migration, "homes", lambda _done, _of: None)
    assert why_not_yet(migration, "delta") == ""


def test_nothing_is_over_at_first(migration: Migration) -> None:
    assert [why_over(migration, flow) for flow in FLOWS] == ["", "", "", ""]


def test_what_reads_the_source_is_over_once_its_deletion_has_begun(migration: Migration) -> None:
    deleted(migration, None)
    assert {flow for flow in FLOWS if why_over(migration, flow)} == {"delta", "callers", "weekly-report"}
    assert "Gamla Molnet AB" in why_over(migration, "delta")


def test_the_playbook_is_over_when_every_step_is_done_and_nobody_is_to_be_asked(migration: Migration) -> None:
    all_done(migration)
    assert why_over(migration, "advance") == "Every step of the playbook is done."
    ended = migration.clock.now()
    deleted(migration, ended)
    assert why_over(migration, "advance") == "", "the customer is asked how it went, weeks later"
    assert isinstance(migration.clock, MovableClock)
    migration.clock.move_to(ended + timedelta(days=29))
    assert why_over(migration, "advance")


def test_without_a_playbook_there_is_nothing_ahead(tmp_path: Path) -> None:
    with discovered.migration(tmp_path, playbook=None) as opened:
        assert standings(opened) == []
        assert coming(opened) == {}
        assert why_over(opened, "advance") == ""


def test_what_is_ahead_is_the_next_of_each_flow(migration: Migration) -> None:
    project = migration.project
    set_deadlines(migration.ledger, migration.name, contract_deadlines(project.contract, project.zone), by="test")
    found = coming(migration)
    ahead = [one for one in standings(migration) if one.step.flow in found and one.due_at]
    assert ahead
    for flow, (title, at) in found.items():
        of_flow = [one for one in ahead if one.step.flow == flow]
        assert at == min(one.due_at for one in of_flow if one.due_at)
        assert title("sv") in {one.step.title.said("sv") for one in of_flow}
