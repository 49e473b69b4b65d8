"""Who approved what, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import CUTOVER, approvals

WORDS = {
    "decommission": "Deletion at the old provider, plan {:.12}",
    "organisation": "Deletion of the organisation {}",
    "waiver": "No receipt for the drop {}",
    "step": "What the step {} left",
    "dns": "Change of a domain's records, plan {:.12}",
    "accepted-loss": "Loss of what failed in {}",
}


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """`what` is the subject in words, `subject` as the ledger has it."""

    what: str
    subject: str
    approver: str
    at: datetime


def approvals_of(ledger: Ledger, project: str) -> tuple[ApprovalLine, ...]:
    """Newest first."""
    given = approvals(ledger, project, beginning=True)
    return tuple(ApprovalLine(in_words(one.subject), one.subject, one.approver, one.at) for one in reversed(given))


def in_words(subject: str) -> str:
    """`Deletion at the old provider, plan 8f31c2a90b7e` for `decommission:8f31…`."""
    kind, _, rest = subject.partition(":")
    if subject == CUTOVER:
        return "Cutover"
    if kind == "dns" and ":" in rest:
        plan, _, domain = rest.partition(":")
        return f"Change of {domain}'s records, plan {plan:.12}"
    if kind == "step":
        rest = rest.rpartition(":")[0] or rest
    return WORDS[kind].format(rest) if kind in WORDS and rest else subject
