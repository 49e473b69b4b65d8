"""A named person's decisions, each kept in the ledger for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from skyflytt.decommission.copies import state_copy
from skyflytt.decommission.holds import Hold, HoldAnswer, answer_hold, question
from skyflytt.decommission.plan import make_plan
from skyflytt.decommission.retention import country_of
from skyflytt.drop.lifecycle import confirm_any, waive_receipt
from skyflytt.drop.rows import drop_rows
from skyflytt.errors.decommission import CopyUnknown, HoldUnknown
from skyflytt.phase.erasure import not_applicable
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of


class Decision(StrEnum):
    """What can be decided. `HOLD` answers one retention question, `COPY` says until when one residual copy is there."""

    CUTOVER = "the cutover may be made"
    RECEIPT = "the customer has collected its data"
    WAIVE_RECEIPT = "the receipt for the drop is waived"
    HOLD = "one retention question is answered"
    COPY = "the end of one residual copy is stated"
    DELETION = "the deletion at the old provider may be made, as planned"


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is about, as far as it needs to be said.

    `digest` is what the customer sent back, for a receipt. `hold` and `answer` are for a retention question; `copy` and `ages_out`
    (the last day) for a residual copy; `reason` is asked for with both.
    """

    digest: str = ""
    hold: Hold | None = None
    answer: HoldAnswer | None = None
    copy: str = ""
    ages_out: date | None = None
    reason: str = ""


def decide(migration: Migration, what: Decision, by: str, about: About | str = "") -> str:
    """Record the decision; a sentence that says what was recorded. `about` may be a receipt's digest alone.

    Raises `ApproverMissing`, `ReceiptDoesNotMatch`, `HoldUnknown`, `HoldReasonMissing`, `CopyUnknown`.
    """
    told = About(digest=about) if isinstance(about, str) else about
    ledger, project = migration.ledger, migration.name
    if what is Decision.CUTOVER:
        approve(ledger, project, CUTOVER, by)
    elif what is Decision.RECEIPT:
        confirm_any(ledger, project, told.digest, by=by)
    elif what is Decision.WAIVE_RECEIPT:
        for name in drop_rows(ledger, project):
            waive_receipt(ledger, project, name, by=by)
    elif what is Decision.HOLD:
        return _answer(migration, told, by)
    elif what is Decision.COPY:
        return _state(migration, told, by)
    else:
        not_applicable(migration)
        plan = make_plan(ledger, project)
        approve(ledger, project, deletion_of(plan.hash), by)
        return f"{by} approved the deletion of {plan.objects} objects; the plan's hash is {plan.hash}."
    return f"{by} decided: {what}."


def _answer(migration: Migration, told: About, by: str) -> str:
    if told.hold is None or told.answer is None:
        raise HoldUnknown("none", "say which question it is, and the answer")
    country = country_of(migration.project.time_zone)
    answer_hold(migration.ledger, migration.name, told.hold, told.answer, by=by, reason=told.reason, country=country)
    return f"{by} answered: {question(told.hold, country)} {told.answer.value}: {told.reason}"


def _state(migration: Migration, told: About, by: str) -> str:
    if told.ages_out is None:
        raise CopyUnknown(told.copy, "say until which day it is there at most")
    state_copy(migration.ledger, migration.name, told.copy, told.ages_out, by=by, reason=told.reason)
    return f"{by} stated: {told.copy} is gone after {told.ages_out}."
