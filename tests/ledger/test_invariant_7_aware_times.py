"""Invariant 7: the ledger takes aware times only, and gives back the instant that it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import deadline

STOCKHOLM = timezone(timedelta(hours=2))


def _write(ledger: Ledger, name: str, at: datetime) -> None:
    with ledger.writing() as connection:
        connection.execute(insert(deadline).values(project="acme", name=name, at=at, why="notice"))


def test_naive_times_are_refused(ledger: Ledger) -> None:
    ensure_project(ledger, "acme")
    with pytest.raises(StatementError, match="has no time zone"):
        _write(ledger, "notice", datetime(2026, 8, 8, 9, 0))  # noqa: DTZ001


def test_instant_comes_back_in_utc(ledger: Ledger) -> None:
    ensure_project(ledger, "acme")
    _write(ledger, "notice", datetime(2026, 8, 8, 9, 0, 0, 7, tzinfo=STOCKHOLM))
    with ledger.reading() as connection:
        at = connection.execute(select(deadline.c.at)).scalar_one()
    assert at == datetime(2026, 8, 8, 7, 0, 0, 7, tzinfo=UTC)
    assert at.utcoffset() == timedelta(0)


def test_order_of_the_text_is_the_order_of_time(ledger: Ledger) -> None:
    ensure_project(ledger, "acme")
    first = datetime(2026, 8, 8, 23, 30, tzinfo=STOCKHOLM)
    instants = [first, first + timedelta(microseconds=1), first.astimezone(UTC) + timedelta(hours=1)]
    for number, at in enumerate(reversed(instants)):
        _write(ledger, str(number), at)
    with ledger.reading() as connection:
        assert list(connection.execute(select(deadline.c.at).order_by(deadline.c.at)).scalars()) == instants
        due = select(deadline.c.name).where(deadline.c.at <= first.astimezone(UTC))
        assert list(connection.execute(due).scalars()) == ["2"]
