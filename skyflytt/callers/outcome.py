"""How many devices still called when the logs were read last, in the journal, for whoever waits for silence."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import select

from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table

COUNTED = "callers-counted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`calling` devices of the customer's of `known` callers, told by `logs` logs; `unknown` says why silence is not known yet."""

    calling: int
    known: int
    logs: int
    unknown: str = ""


def note_outcome(ledger: Ledger, project: str, outcome: Outcome, *, by: str) -> None:
    journal.append(ledger, project, actor=by, action=COUNTED, subject=project, data=asdict(outcome))


def last_outcome(ledger: Ledger, project: str) -> Outcome | None:
    """None before the logs were read for the first time."""
    where = (journal_table.c.project == project) & (journal_table.c.action == COUNTED)
    newest = select(journal_table.c.data).where(where).order_by(journal_table.c.number.desc()).limit(1)
    with ledger.reading() as connection:
        text = connection.execute(newest).scalar_one_or_none()
    return Outcome(**json.loads(text)) if text else None
