"""What comes again by itself: whether it has something to do already, and whether it has come for the last time."""

from __future__ import annotations

from datetime import datetime

from skyflytt.deadline.notice import days_later
from skyflytt.decommission.erase import deletions
from skyflytt.decommission.plan import SOURCE_KINDS
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.workloads import workloads
from skyflytt.phase.coming import standings
from skyflytt.phase.migration import Migration
from skyflytt.phase.notices import FEEDBACK_AFTER_DAYS
from skyflytt.playbook.steps import StepState

ADVANCE, DELTA = "advance", "delta"


def why_over(migration: Migration, flow: str) -> str:
    """Why this flow has nothing to do any more, ever, in a sentence; empty while it has."""
    return _why_playbook_is_over(migration) if flow == ADVANCE else _why_source_is_over(migration)


def why_not_yet(migration: Migration, flow: str) -> str:
    """Why this flow is not begun by the clock yet; empty when it is. The first pass is a person's or the playbook's to start."""
    if flow != DELTA:
        return ""
    of_sources = [one for one in workloads(migration.ledger, migration.name) if one.kind in SOURCE_KINDS]
    if any(last_account(migration.ledger, one) for one in of_sources):
        return ""
    return (
        "No pass has ended yet: the first one is started by a person or by the playbook, the nights go on from there."
    )


def _why_source_is_over(migration: Migration) -> str:
    begun = deletions(migration.ledger, migration.name)
    return f"What was at {migration.project.contract.provider} is deleted, or being deleted." if begun else ""


def _why_playbook_is_over(migration: Migration) -> str:
    steps = standings(migration)
    if not steps or any(one.state is not StepState.DONE and one.applies for one in steps):
        return ""
    return "" if _feedback_is_ahead(migration) else "Every step of the playbook is done."


def _feedback_is_ahead(migration: Migration) -> bool:
    """Whether the customer is still to be asked how the move went, some weeks after the deletion."""
    ended: list[datetime] = [
        one.completed_at for one in deletions(migration.ledger, migration.name) if one.completed_at
    ]
    asked_at = days_later(max(ended), FEEDBACK_AFTER_DAYS, migration.project.zone) if ended else None
    return asked_at is not None and migration.clock.now() < asked_at
