"""A named person's decisions, each kept in the ledger for good."""

from __future__ import annotations

from enum import StrEnum

from skyflytt.decommission.holds import HOLDS, HoldAnswer, answer_hold
from skyflytt.decommission.plan import make_plan
from skyflytt.drop.lifecycle import confirm_receipt, waive_receipt
from skyflytt.drop.rows import drop_rows
from skyflytt.phase.erasure import not_applicable
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of


class Decision(StrEnum):
    """What can be decided. `NO_HOLDS` answers every question of `HOLDS` (accounts, disputes, requests, archives) with none."""

    CUTOVER = "the cutover may be made"
    RECEIPT = "the customer has collected its data"
    WAIVE_RECEIPT = "the receipt for the drop is waived"
    NO_HOLDS = "nothing at the old provider has to be kept"
    DELETION = "the deletion at the old provider may be made, as planned"


def decide(migration: Migration, what: Decision, by: str, digest: str = "") -> str:
    """Record the decision; a sentence that says what was recorded.

    `digest` is what the customer sent back, for a receipt. Raises `ApproverMissing`, `ReceiptDoesNotMatch`.
    """
    ledger, project = migration.ledger, migration.name
    if what is Decision.CUTOVER:
        approve(ledger, project, CUTOVER, by)
    elif what is Decision.RECEIPT:
        for name in drop_rows(ledger, project):
            confirm_receipt(ledger, project, name, digest, by=by)
    elif what is Decision.WAIVE_RECEIPT:
        for name in drop_rows(ledger, project):
            waive_receipt(ledger, project, name, by=by)
    elif what is Decision.NO_HOLDS:
        for hold in HOLDS:
            answer_hold(ledger, project, hold, HoldAnswer.NONE, by=by)
    else:
        not_applicable(migration)
        plan = make_plan(ledger, project)
        approve(ledger, project, deletion_of(plan.hash), by)
        return f"{by} approved the deletion of {plan.objects} objects; the plan's hash is {plan.hash}."
    return f"{by} decided: {what}."
