"""Deadlines in the ledger: written once, changed with a line in the journal."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.deadline.table import deadlines, set_deadlines
from skyflytt.deadline.terms import Deadline
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger

FIRST = Deadline("notice-ends", datetime(2026, 10, 31, 23, tzinfo=UTC), "by the contract")
SECOND = Deadline("erasure", datetime(2026, 11, 10, 23, tzinfo=UTC), "a week later")


def test_what_was_set_is_read_earliest_first(ledger: Ledger) -> None:
    assert set_deadlines(ledger, "norrsken", [SECOND, FIRST], by="advance") == ["erasure", "notice-ends"]
    assert list(deadlines(ledger, "norrsken").values()) == [FIRST, SECOND]


def test_the_same_again_changes_and_journals_nothing(ledger: Ledger) -> None:
    set_deadlines(ledger, "norrsken", [FIRST], by="advance")
    assert set_deadlines(ledger, "norrsken", [FIRST], by="advance") == []
    assert len(list(entries(ledger, "norrsken"))) == 1


def test_a_change_is_journalled_with_what_was_before(ledger: Ledger) -> None:
    later = Deadline("notice-ends", datetime(2026, 11, 30, 23, tzinfo=UTC), "notice was given late")
    set_deadlines(ledger, "norrsken", [FIRST], by="advance")
    set_deadlines(ledger, "norrsken", [later], by="Anna Åström")
    assert deadlines(ledger, "norrsken") == {"notice-ends": later}
    last = list(entries(ledger, "norrsken"))[-1]
    assert (last.actor, last.action, last.subject) == ("Anna Åström", "deadline-set", "notice-ends")
    assert last.data["before"] == FIRST.at.isoformat()
