"""What was tried, in the journal: the token before the letter goes out, the outcome after."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.mailflow.trial import Direction, Flow

SENT = "mail-flow-letter"
TRIED = "mail-flow-tried"


def note_letter(ledger: Ledger, project: str, domain: str, direction: Direction, token: str, *, by: str) -> None:
    """Before it goes out, so that a run that is killed leaves no letter that nobody knows of."""
    journal.append(
        ledger, project, actor=by, action=SENT, subject=domain, data={"token": token, "way": direction.value}
    )


def note_flow(ledger: Ledger, project: str, domain: str, flow: Flow, *, by: str) -> None:
    """The outcome; nobody's address is in it."""
    data: dict[str, Any] = {
        "token": flow.token,
        "way": flow.direction.value,
        "expected": flow.expected,
        "arrived": flow.arrived,
        "verdict": flow.verdict.value,
        "seconds": flow.seconds,
        "through": flow.through,
        "secured": flow.secured,
    }
    journal.append(ledger, project, actor=by, action=TRIED, subject=domain, data=data)


def tokens(ledger: Ledger, project: str, domain: str) -> list[str]:
    """Of every letter that was ever sent for the domain."""
    return [str(one["token"]) for one in _data(ledger, project, domain, SENT)]


def trials(ledger: Ledger, project: str, domain: str) -> Sequence[dict[str, Any]]:
    """What `note_flow` kept, oldest first."""
    return _data(ledger, project, domain, TRIED)


def _data(ledger: Ledger, project: str, domain: str, action: str) -> list[dict[str, Any]]:
    where = (
        (journal_table.c.project == project) & (journal_table.c.action == action) & (journal_table.c.subject == domain)
    )
    rows = select(journal_table.c.data).where(where).order_by(journal_table.c.number)
    with ledger.reading() as connection:
        return [json.loads(text) for text in connection.execute(rows).scalars()]
