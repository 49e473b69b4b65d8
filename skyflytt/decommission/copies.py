"""Residual copies: where the customer's data may still be after the deletion, and until when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from skyflytt.errors.decommission import CopyUnknown
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table

STATED = "residual-copy-stated"

COPIES = {
    "provider-backups": "Backups at the old provider",
    "drops": "What was put into the drops",
    "archives": "The archives of the mailboxes that the move kept",
    "exports": "Mailbox exports that the move wrote",
    "staging": "What else the move keeps on its own machine: evidence, discovery, ledger",
}


@dataclass(frozen=True, slots=True)
class ResidualCopy:
    """`bytes` is what was measured (None: it is out of our reach); `ages_out` is None until a named person has said it."""

    copy: str
    bytes: int | None
    ages_out: date | None = None
    stated_on: date | None = None


def state_copy(ledger: Ledger, project: str, copy: str, ages_out: date, *, by: str, reason: str) -> None:
    """A named person says until when a copy is there at most; the newest statement counts. Raises `CopyUnknown`, `ApproverMissing`."""
    if copy not in COPIES:
        raise CopyUnknown(copy, f"there are {', '.join(COPIES)}")
    if not by.strip():
        raise ApproverMissing(copy)
    data = {"ages_out": ages_out.isoformat(), "reason": " ".join(reason.split())}
    journal.append(ledger, project, actor=" ".join(by.split()), action=STATED, subject=copy, data=data)


def residual_copies(ledger: Ledger, project: str, measured: dict[str, int]) -> list[ResidualCopy]:
    """Every kind of copy with what was measured of it and what was stated; a copy of 0 bytes is gone."""
    where = (journal_table.c.project == project) & (journal_table.c.action == STATED)
    rows = select(journal_table).where(where).order_by(journal_table.c.number)
    with ledger.reading() as connection:
        stated = {row.subject: (json.loads(row.data)["ages_out"], row.at) for row in connection.execute(rows)}
    found = []
    for copy in COPIES:
        ages_out, at = stated.get(copy, (None, None))
        until = date.fromisoformat(ages_out) if ages_out else None
        found.append(ResidualCopy(copy, measured.get(copy), until, at.date() if at else None))
    return found


def as_json(one: ResidualCopy) -> dict[str, str | int | None]:
    """The copy with its dates as text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(one).items()}
