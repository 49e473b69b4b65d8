"""Facts that flows would bring into the ledger: a pass that adds up, a drop, deletions, answers to the retention questions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from skyflytt.deadline.table import deadlines, set_deadlines
from skyflytt.deadline.terms import ERASURE, Deadline
from skyflytt.decommission.countdown import note_warned
from skyflytt.decommission.holds import HOLDS, HoldAnswer, answer_hold
from skyflytt.ledger import passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import deletion, drop
from skyflytt.ledger.workloads import ensure_workload

PROJECT = "norrsken"


def a_pass_ended(ledger: Ledger) -> None:
    with passes.running_pass(ledger, ensure_workload(ledger, PROJECT, "share", "homes")) as running:
        passes.end(ledger, running, 0)


def drop_opened(ledger: Ledger, ends: datetime) -> None:
    with ledger.writing() as connection:
        connection.execute(insert(drop).values(project=PROJECT, name="handover", state="open", ends_at=ends))
    set_deadlines(ledger, PROJECT, [Deadline("drop-ends.handover", ends, "Three days.")], by="test")


def drop_received(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(drop).values(receipt="{}"))


def drop_closed(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(drop).values(state="closed", closure_proof="{}"))


def deleted(ledger: Ledger) -> None:
    now = ledger.clock.now()
    row = {"project": PROJECT, "place": "share homes", "plan_hash": "a" * 64, "planned": 1, "planned_bytes": 1}
    done = {"completed_at": now, "deleted": 1, "remaining": 0, "absence": "0"}
    with ledger.writing() as connection:
        connection.execute(insert(deletion).values(**row, **done, state="completed", started_at=now))


def warned(ledger: Ledger, days: int) -> None:
    """The customer was warned so many days before the erasure, just now."""
    note_warned(ledger, PROJECT, days, deadlines(ledger, PROJECT)[ERASURE].at, ["<1@nya.example>"], by="test")


def no_holds(ledger: Ledger, answer: HoldAnswer = HoldAnswer.NONE) -> None:
    for hold in HOLDS:
        answer_hold(ledger, PROJECT, hold, answer, by="Anna Åström", reason="looked at")
