"""Retention holds: questions whose answer may forbid deleting. Each is answered alone, by a named person, with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from skyflytt.decommission.retention import duty
from skyflytt.errors.decommission import HoldReasonMissing, HoldUnknown
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table

ANSWERED = "hold-answered"


class Hold(StrEnum):
    """What may have to be kept."""

    BOOKKEEPING = "bookkeeping"
    LEGAL_DISPUTE = "legal-dispute"
    PERSONAL_DATA_REQUEST = "personal-data-request"
    ARCHIVE_DUTY = "archive-duty"


HOLDS: Mapping[str, str] = {
    Hold.BOOKKEEPING: "Is there accounting material (kept for years by law) that exists at the old provider only?",
    Hold.LEGAL_DISPUTE: "Is there a dispute, an audit or an inquiry for which something must be kept unchanged?",
    Hold.PERSONAL_DATA_REQUEST: "Is there an open request of a person about its data (access, restriction, objection)?",
    Hold.ARCHIVE_DUTY: "Is there a contract, authority or archive law that asks for keeping something at the old provider?",
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
    """The newest answer to one question. `law` and `years` are those that the table had for `country` at that time.

    `kept_until` is the last day on which what falls under the law has to be kept, if its financial year ends with the answer's year.
    """

    hold: str
    answer: HoldAnswer
    by: str
    at: datetime
    reason: str = ""
    country: str | None = None
    years: int | None = None
    law: str | None = None
    kept_until: date | None = None


def question(hold: str, country: str | None) -> str:
    """What is asked about a hold in this country, with the law where the table has it."""
    found = duty(hold, country)
    return f"{HOLDS[hold]} ({found.years} years, {found.law})" if found else HOLDS[hold]


def answer_hold(
    ledger: Ledger, project: str, hold: str, answer: HoldAnswer, *, by: str, reason: str, country: str | None = None
) -> None:
    """Answer one of `HOLDS`; the newest answer counts. `reason` says what was looked at, or where it is kept.

    Raises `HoldUnknown`, `HoldReasonMissing`, `ApproverMissing`.
    """
    if hold not in HOLDS:
        raise HoldUnknown(hold, f"there are {', '.join(HOLDS)}")
    if not by.strip():
        raise ApproverMissing(hold)
    if not reason.strip():
        raise HoldReasonMissing(hold, f"{by} answered {answer} and gave no reason")
    found, now = duty(hold, country), ledger.clock.now()
    data = {
        "answer": answer.value,
        "reason": " ".join(reason.split()),
        "country": country,
        "years": found.years if found else None,
        "law": found.law if found else None,
        "kept_until": date(now.year + found.years, 12, 31).isoformat() if found else None,
    }
    journal.append(ledger, project, actor=" ".join(by.split()), action=ANSWERED, subject=hold, data=data)


def hold_answers(ledger: Ledger, project: str) -> dict[str, HoldAnswered]:
    """The newest answer to each question that was answered; an answer without a reason is none."""
    where = (journal_table.c.project == project) & (journal_table.c.action == ANSWERED)
    rows = select(journal_table).where(where).order_by(journal_table.c.number)
    with ledger.reading() as connection:
        found = connection.execute(rows).all()
    read = {row.subject: _answered(row.subject, row.actor, row.at, json.loads(row.data)) for row in found}
    return {hold: one for hold, one in read.items() if one.reason}


def _answered(hold: str, by: str, at: datetime, data: dict[str, Any]) -> HoldAnswered:
    return HoldAnswered(
        hold,
        HoldAnswer(data["answer"]),
        by,
        at,
        reason=data.get("reason") or "",
        country=data.get("country"),
        years=data.get("years"),
        law=data.get("law"),
        kept_until=date.fromisoformat(data["kept_until"]) if data.get("kept_until") else None,
    )
