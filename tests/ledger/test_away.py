"""What PostgreSQL's driver says, told apart: away for a moment, or something that a person has to correct."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.ledger import LedgerAway, LedgerBusy
from skyflytt.ledger import open as opening
from skyflytt.ledger.away import is_away
from skyflytt.ledger.ledger import translating
from skyflytt.sandbox import ports


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly"), True),
        (psycopg.errors.AdminShutdown("terminating connection due to administrator command"), True),
        (psycopg.errors.CannotConnectNow("the database system is starting up"), True),
        (psycopg.errors.ConnectionFailure("gone"), True),
        (OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused")), True),
        (psycopg.OperationalError('connection failed: FATAL:  password authentication failed for user "x"'), False),
        (psycopg.OperationalError('connection failed: FATAL:  database "x" does not exist'), False),
        (psycopg.errors.DeadlockDetected("deadlock detected"), False),
        (psycopg.errors.DiskFull("could not extend file"), False),
        (ValueError("something else"), False),
    ],
)
def test_only_what_passes_by_itself_is_away(error: BaseException, away: bool) -> None:
    assert is_away(error) is away


def test_a_server_that_is_not_there_is_a_ledger_that_is_away_without_its_password() -> None:
    engine = create_engine(f"postgresql+psycopg://skyflytt:geheim@127.0.0.1:{ports.choose(())}/skyflytt")
    with pytest.raises(LedgerAway) as caught, translating(engine), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert isinstance(caught.value, LedgerBusy)
    assert "geheim" not in str(caught.value)


def test_opening_waits_for_it_and_then_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "AWAY_PATIENCE_S", 0.6)
    with pytest.raises(LedgerAway):
        opening.open_ledger(f"postgresql://skyflytt@127.0.0.1:{ports.choose(())}/skyflytt", SystemClock())
