"""Looked at from outside after the deletion: is nothing there any more? What was not measured is UNKNOWN, and says why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import select

from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table

CHECKED = "absence-checked"


class Verdict(StrEnum):
    PASS = "PASS"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """Nobody measured it."""


@dataclass(frozen=True, slots=True)
class AbsenceCheck:
    """One check of one place (`place` is its kind and number in the record, never a name), and what it came to."""

    check: str
    place: str
    verdict: Verdict
    found: str


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """FAILED before UNKNOWN before PASS; of nothing, UNKNOWN."""
    found = set(verdicts)
    if Verdict.FAILED in found:
        return Verdict.FAILED
    return Verdict.PASS if found == {Verdict.PASS} else Verdict.UNKNOWN


def note_checks(ledger: Ledger, project: str, checks: Sequence[AbsenceCheck], *, by: str) -> None:
    """Keep the outcome; later looks replace earlier ones in the record, and all of them stay in the journal."""
    data = {"checks": [asdict(one) for one in checks]}
    journal.append(ledger, project, actor=by, action=CHECKED, subject=worst(c.verdict for c in checks).value, data=data)


def checks_made(ledger: Ledger, project: str) -> list[AbsenceCheck]:
    """The newest outcome of each check of each place."""
    where = (journal_table.c.project == project) & (journal_table.c.action == CHECKED)
    rows = select(journal_table.c.data).where(where).order_by(journal_table.c.number)
    with ledger.reading() as connection:
        texts = connection.execute(rows).scalars().all()
    found = {}
    for text in texts:
        for one in json.loads(text)["checks"]:
            found[one["check"], one["place"]] = AbsenceCheck(**{**one, "verdict": Verdict(one["verdict"])})
    return [found[key] for key in sorted(found)]
