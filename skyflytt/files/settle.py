"""What a pass that was cut off left `started`: looked up at the target before anything is tried again."""

from __future__ import annotations

from skyflytt.files.copy import is_partial
from skyflytt.files.port import FileStore, ScanFailure
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, State

BATCH_ITEMS = 500


def settle_started(ledger: Ledger, running: Pass, target: FileStore) -> bool:
    """Open every started item again, with the copy that is at the target if there is one; whether there was any.

    Before a `PUT` is announced the target is looked at and has nothing there, so what is found at the place now was put by us.
    """
    any_started = False
    for batch in items.batches(items.stream(ledger, running.workload, State.STARTED), BATCH_ITEMS):
        any_started = True
        items.settle(ledger, running, [_found(item, target) for item in batch if item.intent is not Intent.REMOVE])
        items.record_gone(ledger, running.workload, [item.key for item in batch if item.intent is Intent.REMOVE])
    return any_started


def remove_partials(target: FileStore) -> int:
    """Remove temporary files whose file will not be asked for again; how many."""
    left = [entry.path for entry in target.scan() if not isinstance(entry, ScanFailure) and is_partial(entry.path)]
    for path in left:
        target.remove(path)
    return len(left)


def _found(item: items.Item, target: FileStore) -> tuple[str, str | None, str]:
    ref = item.target_ref
    if item.intent is Intent.PUT or (
        item.intent is Intent.MOVE and ref is not None and target.stat(ref.rstrip("/")) is None
    ):
        ref = item.key if target.stat(item.key.rstrip("/")) is not None else None
    return item.key, ref, ""
