"""Items: what is at the source, and what became of each. Read as a sorted stream, written in batches.

The order of a write to a target is fixed: `start` is committed, the side effect happens, `finish` is committed. What is found
`started` when a pass begins was cut off in between, and is looked up at the target before it is tried again.
"""

from __future__ import annotations

from skyflytt.ledger.items.ending import fail, finish, hand_over, record_removed, skip
from skyflytt.ledger.items.reading import get, known, remarked, stream
from skyflytt.ledger.items.recording import (
    record_changed,
    record_changed_keeping_identity,
    record_edited,
    record_gone,
    record_new,
)
from skyflytt.ledger.items.row import Done, Item, Known, Seen
from skyflytt.ledger.items.starting import renumber, reopen, settle, start, withdraw
from skyflytt.ledger.items.statement import BATCH_ROWS, batches

__all__ = [
    "BATCH_ROWS",
    "Done",
    "Item",
    "Known",
    "Seen",
    "batches",
    "fail",
    "finish",
    "get",
    "hand_over",
    "known",
    "record_changed",
    "record_changed_keeping_identity",
    "record_edited",
    "record_gone",
    "record_new",
    "record_removed",
    "remarked",
    "renumber",
    "reopen",
    "settle",
    "skip",
    "start",
    "stream",
    "withdraw",
]
