"""Gates: what must hold before a step may run.

Each is a file with `check(ledger, project, argument)`: None, or a sentence saying what is missing. A playbook writes `cut-over`, or
`evidence:welcome-mail` where the gate has an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.gates import (
    accounts_reconcile,
    approved,
    before,
    callers_silent,
    countdown,
    countdown_ended,
    cut_over,
    cutover_approved,
    deletion_approved,
    deletion_warned,
    deletions_completed,
    domains_approved,
    domains_switched,
    done,
    drops_closed,
    evidence,
    no_hold,
    no_open_card,
    old_home_silent,
    reached,
    receipt_or_waiver,
    threshold,
)


@dataclass(frozen=True, slots=True)
class Gate:
    """`meaning` says what holds when it is open; `argument` is what stands behind its colon, empty where there is none.

    `flows`: only what one of these flows does can open it.
    """

    check: Callable[[Ledger, str, str], str | None]
    meaning: str
    argument: str = ""
    flows: tuple[str, ...] = ()
    known: Callable[[str], bool] = bool
    """Whether it understands an argument."""


GATES: Mapping[str, Gate] = {
    "accounts-reconcile": Gate(
        accounts_reconcile.check, "every mailbox and share has an account that adds up", flows=("delta", "cutover")
    ),
    "approved": Gate(approved.by_one, "a named person approved what the step left, as it is now", "STEP"),
    "approved-by-two": Gate(approved.by_two, "two different people approved what the step left, as it is now", "STEP"),
    "before": Gate(before.check, "the deadline has not passed yet", "DEADLINE"),
    "callers-silent": Gate(
        callers_silent.check, "no device that the old servers' logs tell of still signs in there", flows=("callers",)
    ),
    "countdown": Gate(
        countdown.check, "every organisation's count has come to that state", "STATE", known=countdown.FAR.__contains__
    ),
    "countdown-ended": Gate(countdown_ended.check, "the customer was warned each time, and the countdown has ended"),
    "cut-over": Gate(cut_over.check, "the new home is the customer's live system", flows=("cutover",)),
    "cutover-approved": Gate(cutover_approved.check, "a named person approved the cutover"),
    "deletion-approved-by-two": Gate(
        deletion_approved.check, "two different people approved one and the same plan of deletion"
    ),
    "deletion-warned": Gate(
        deletion_warned.check,
        "the customer was warned so many days before the deletion",
        "DAYS",
        known=deletion_warned.KNOWN.__contains__,
    ),
    "deletions-completed": Gate(
        deletions_completed.check, "every deletion that was started is completed", flows=("decommission",)
    ),
    "domains-approved": Gate(
        domains_approved.check, "a named person approved the plan for every domain's records", flows=("domain",)
    ),
    "domains-switched": Gate(
        domains_switched.check,
        "the records of every domain that has a plan are changed by it",
        flows=("domain", "cutover"),
    ),
    "done": Gate(done.check, "the step is done", "STEP"),
    "drops-closed": Gate(drops_closed.check, "every drop is shown to be closed", flows=("drop",)),
    "evidence": Gate(evidence.check, "a step left this evidence", "NAME"),
    "no-hold": Gate(no_hold.check, "every retention question is answered, and nothing has to be kept"),
    "no-open-card": Gate(no_open_card.check, "every application's card is complete"),
    "old-home-silent": Gate(
        old_home_silent.check,
        "after the cutover, nothing came to the old home for its old TTL and a margin",
        flows=("late-mail",),
    ),
    "reached": Gate(reached.check, "the deadline has passed", "DEADLINE"),
    "receipt-or-waiver": Gate(
        receipt_or_waiver.check, "each drop has a receipt, or a named person waived it", flows=("drop",)
    ),
    "threshold": Gate(
        threshold.check, "no more items than that were left behind", "KIND=NUMBER", known=threshold.is_known
    ),
}


def ask(text: str, ledger: Ledger, project: str) -> str | None:
    """What is missing for a gate as a playbook writes it, or None when it is open."""
    name, _, argument = text.partition(":")
    return GATES[name].check(ledger, project, argument)


def flows_for(name: str) -> tuple[str, ...]:
    return GATES[name].flows
