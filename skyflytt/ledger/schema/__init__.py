"""The ledger's tables. What happened to every item and step is here; everything else is a view of it.

Alembic's migrations (`migrations/versions`) make these tables; a test holds the two equal. `item` has the source's key as primary
key and no other index, so that a pass is one merge-join of two sorted streams.
"""

from __future__ import annotations

from skyflytt.ledger.schema.columns import Instant, KeyText, metadata
from skyflytt.ledger.schema.course import approval, countdown, deadline, step
from skyflytt.ledger.schema.handing_over import application_card, deletion, drop
from skyflytt.ledger.schema.items import item, pass_, project, renamed, sync_state, workload
from skyflytt.ledger.schema.journal import journal
from skyflytt.ledger.schema.spreading import outcome
from skyflytt.ledger.schema.surroundings import caller, caller_log, cutover_zone, licence, licence_holding
from skyflytt.ledger.schema.words import Intent, Mode, Origin, State, Verified

__all__ = [
    "Instant",
    "Intent",
    "KeyText",
    "Mode",
    "Origin",
    "State",
    "Verified",
    "application_card",
    "approval",
    "caller",
    "caller_log",
    "countdown",
    "cutover_zone",
    "deadline",
    "deletion",
    "drop",
    "item",
    "journal",
    "licence",
    "licence_holding",
    "metadata",
    "outcome",
    "pass_",
    "project",
    "renamed",
    "step",
    "sync_state",
    "workload",
]
