"""Retention holds: questions whose answer may forbid deleting. Each is answered by a named person; the answers are in the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from skyflytt.errors.decommission import HoldUnknown
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table

ANSWERED = "hold-answered"

HOLDS = {
    "bookkeeping": "Is there accounting material (kept for years by law) that exists at the old provider only?",
    "legal-dispute": "Is there a dispute, an audit or an inquiry for which something must be kept unchanged?",
    "personal-data-request": "Is there an open request of a person about its data (access, restriction, objection)?",
    "archive-duty": "Is there a contract, authority or archive law that asks for keeping something at the old provider?",
}


class HoldAnswer(StrEnum):
    NONE = "none"
    """There is nothing of the kind."""
    SETTLED = "settled"
    """There was, and it is kept elsewhere now."""
    KEEP = "keep"
    """There is: nothing may be deleted until this is answered anew."""


@dataclass(frozen=True, slots=True)
class HoldAnswered:
    """The newest answer to one question."""

    hold: str
    answer: HoldAnswer
    by: str
    at: datetime


def answer_hold(ledger: Ledger, project: str, hold: str, answer: HoldAnswer, *, by: str) -> None:
    """Answer one of `HOLDS`; the newest answer counts. Raises `HoldUnknown`, `ApproverMissing`."""
    if hold not in HOLDS:
        raise HoldUnknown(hold, f"there are {', '.join(HOLDS)}")
    if not by.strip():
        raise ApproverMissing(hold)
    data = {"answer": answer.value}
    journal.append(ledger, project, actor=" ".join(by.split()), action=ANSWERED, subject=hold, data=data)


def hold_answers(ledger: Ledger, project: str) -> dict[str, HoldAnswered]:
    """The newest answer to each question that was answered."""
    where = (journal_table.c.project == project) & (journal_table.c.action == ANSWERED)
    rows = select(journal_table).where(where).order_by(journal_table.c.number)
    with ledger.reading() as connection:
        found = connection.execute(rows).all()
    return {
        row.subject: HoldAnswered(row.subject, HoldAnswer(json.loads(row.data)["answer"]), row.actor, row.at)
        for row in found
    }
