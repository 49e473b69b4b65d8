"""What on-call has to know of a project: by its clock, from its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.drop.rows import DropState, change_in, ensure_drop
from skyflytt.phase.alarms import AHEAD, AlarmKind, alarms
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approve, waiver_of
from skyflytt.playbook.due import Standing
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.steps import StepState
from tests.phase import discovered

END = datetime.fromisoformat("2026-10-25T00:00:00+02:00")
STEP = load_playbook("hosted-office-exit").steps[0]


@pytest.fixture
def migration(tmp_path: Path) -> Iterator[Migration]:
    discovered.fill_mailbox(tmp_path)
    with discovered.migration(tmp_path, drops=[]) as opened:
        ensure_drop(opened.ledger, opened.name, "handover", by="test")
        change(opened, state=DropState.OPEN, opened_at=END - timedelta(days=30), ends_at=END)
        yield opened


def change(migration: Migration, **values: object) -> None:
    with migration.ledger.writing() as connection:
        change_in(connection, migration.name, "handover", dict(values))


def at(migration: Migration, moment: datetime) -> list[AlarmKind]:
    clock = migration.clock
    assert isinstance(clock, MovableClock)
    clock.move_to(moment)
    return [one.kind for one in alarms(migration, [])]


def test_a_drop_without_a_receipt_is_one_two_days_before_its_end(migration: Migration) -> None:
    assert at(migration, END - AHEAD - timedelta(seconds=1)) == []
    assert at(migration, END - AHEAD) == [AlarmKind.DROP_CLOSING]
    (one,) = alarms(migration, [])
    assert one.about == "handover"
    assert "closes at 2026-10-25 00:00 CEST" in one.said
    assert at(migration, END) == []


def test_a_drop_that_somebody_confirmed_waived_or_closed_is_none(migration: Migration) -> None:
    at(migration, END - timedelta(hours=1))
    change(migration, receipt="{}")
    assert alarms(migration, []) == []
    change(migration, receipt=None, state=DropState.CLOSED)
    assert alarms(migration, []) == []
    change(migration, state=DropState.OPEN)
    approve(migration.ledger, migration.name, waiver_of("handover"), "Anna Åström")
    assert alarms(migration, []) == []


@pytest.mark.parametrize(
    ("state", "left", "alarmed"),
    [
        (StepState.WAITING, timedelta(0), "is late since"),
        (StepState.RUNNING, timedelta(days=-1), "is late since"),
        (StepState.WAITING, timedelta(minutes=1), ""),
        (StepState.FAILED, timedelta(days=2), "failed, and is late at"),
        (StepState.FAILED, timedelta(days=2, minutes=1), ""),
        (StepState.DONE, timedelta(days=-1), ""),
    ],
)
def test_a_step_is_one_when_it_is_late_or_failed_and_soon_late(
    migration: Migration, state: StepState, left: timedelta, alarmed: str
) -> None:
    change(migration, state=DropState.CLOSED)
    late_at = migration.clock.now() + left
    late = left <= timedelta(0) and state is not StepState.DONE
    standing = Standing(STEP, state, None, late_at, ready=False, late=late, waits_for="It waits.")
    said = [one.said for one in alarms(migration, [standing])]
    assert len(said) == bool(alarmed)
    assert all(alarmed in one and "It waits." in one for one in said)
