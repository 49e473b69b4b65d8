"""Invariant 6, the ledger's part: a deletion is completed only with nothing left and the proof of it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import deletion


@pytest.fixture
def started(ledger: Ledger) -> Ledger:
    ensure_project(ledger, "acme")
    values = {"plan_hash": "0" * 64, "planned": 3, "planned_bytes": 30, "started_at": ledger.clock.now()}
    with ledger.writing() as connection:
        connection.execute(insert(deletion).values(project="acme", place="old share", state="started", **values))
    return ledger


@pytest.mark.parametrize(
    "outcome",
    [
        "completed_at = '2026', remaining = 1, absence = 'listed'",
        "completed_at = '2026', remaining = NULL, absence = 'listed'",
        "completed_at = '2026', remaining = 0, absence = NULL",
        "completed_at = NULL, remaining = 0, absence = 'listed'",
    ],
)
def test_database_refuses_completion_without(outcome: str, started: Ledger) -> None:
    with pytest.raises(IntegrityError, match="deletion_is_proven"), started.writing() as raw:
        raw.execute(text(f"UPDATE deletion SET state = 'completed', {outcome}"))


def test_database_takes_a_proven_deletion(started: Ledger) -> None:
    with started.writing() as raw:
        raw.execute(
            text("UPDATE deletion SET state = 'completed', completed_at = '2026', remaining = 0, absence = 'listed'")
        )
