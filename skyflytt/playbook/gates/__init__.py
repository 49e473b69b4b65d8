"""Gates: what must hold before a step may run. Each is a file with `check(ledger, project)`: None, or a sentence saying what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.gates import (
    accounts_reconcile,
    cut_over,
    cutover_approved,
    deletion_approved,
    deletions_completed,
    drops_closed,
    receipt_or_waiver,
)

Gate = Callable[[Ledger, str], str | None]

GATES: Mapping[str, Gate] = {
    "accounts-reconcile": accounts_reconcile.check,
    "cut-over": cut_over.check,
    "cutover-approved": cutover_approved.check,
    "deletion-approved-by-two": deletion_approved.check,
    "deletions-completed": deletions_completed.check,
    "drops-closed": drops_closed.check,
    "receipt-or-waiver": receipt_or_waiver.check,
}
