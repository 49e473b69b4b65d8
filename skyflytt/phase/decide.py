"""A named person's decisions, each kept in the ledger for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from skyflytt.decommission.copies import state_copy
from skyflytt.decommission.holds import Hold, HoldAnswer, answer_hold, question
from skyflytt.decommission.plan import make_plan
from skyflytt.decommission.retention import country_of
from skyflytt.dns.rows import row_of
from skyflytt.drop.lifecycle import confirm_any, waive_receipt
from skyflytt.drop.rows import drop_rows
from skyflytt.errors.decommission import CopyUnknown, HoldUnknown
from skyflytt.errors.dns import PlanChanged, PlanMissing
from skyflytt.phase.erasure import not_applicable
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of, organisation_of, plan_of_domain

SHORTEST_HASH = 12
"""So much of a plan's hash tells it apart."""


class Decision(StrEnum):
    """What can be decided. `HOLD` answers one retention question, `COPY` says until when one residual copy is there."""

    CUTOVER = "the cutover may be made"
    DOMAIN = "the domain's records may be changed, as planned"
    RECEIPT = "the customer has collected its data"
    WAIVE_RECEIPT = "the receipt for the drop is waived"
    HOLD = "one retention question is answered"
    COPY = "the end of one residual copy is stated"
    DELETION = "the deletion at the old provider may be made, as planned"
    ORGANISATION = "the organisations at their providers may be deleted, with all accounts"


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is about, as far as it needs to be said.

    `digest` is what the customer sent back, for a receipt. `hold` and `answer` are for a retention question; `copy` and `ages_out`
    (the last day) for a residual copy; `reason` is asked for with both. `domain` is the one whose plan is
    approved, and `digest` the plan's hash as it was looked at.
    """

    digest: str = ""
    hold: Hold | None = None
    answer: HoldAnswer | None = None
    domain: str = ""
    copy: str = ""
    ages_out: date | None = None
    reason: str = ""


def decide(migration: Migration, what: Decision, by: str, about: About | str = "") -> str:
    """Record the decision; a sentence that says what was recorded. `about` may be a receipt's digest alone.

    Raises `ApproverMissing`, `ReceiptDoesNotMatch`, `HoldUnknown`, `HoldReasonMissing`, `CopyUnknown`, `NoSnapshot`, `PlanMissing`,
    `PlanChanged`.
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
    elif what is Decision.DOMAIN:
        return _approve_domain(migration, told, by)
    elif what is Decision.HOLD:
        return _answer(migration, told, by)
    elif what is Decision.COPY:
        return _state(migration, told, by)
    elif what is Decision.ORGANISATION:
        return _organisations(migration, by)
    else:
        not_applicable(migration)
        plan = make_plan(ledger, project)
        approve(ledger, project, deletion_of(plan.hash), by)
        return f"{by} approved the deletion of {plan.objects} objects; the plan's hash is {plan.hash}."
    return f"{by} decided: {what}."


def _approve_domain(migration: Migration, told: About, by: str) -> str:
    """Only the plan that was looked at: its hash has to be given."""
    row = row_of(migration.ledger, migration.name, told.domain)
    if row.plan_hash is None:
        raise PlanMissing(told.domain, f"it is {row.state}")
    if not told.digest or not row.plan_hash.startswith(told.digest) or len(told.digest) < SHORTEST_HASH:
        raise PlanChanged(told.domain, f"its hash is {row.plan_hash}, and {told.digest or 'none'} was approved")
    approve(migration.ledger, migration.name, plan_of_domain(told.domain, row.plan_hash), by)
    return f"{by} approved the change of {told.domain}: {len(row.changes)} record sets; the plan's hash is {row.plan_hash}."


def _organisations(migration: Migration, by: str) -> str:
    names = [one.counted_as for one in migration.project.directories]
    for name in names:
        approve(migration.ledger, migration.name, organisation_of(name), by)
    return f"{by} approved the deletion of: {', '.join(names) or 'nothing, for the project names no directory'}."


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
