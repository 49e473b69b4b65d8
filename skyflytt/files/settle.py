"""What a pass that was cut off left `started`: looked up at the target before anything is tried again."""

from __future__ import annotations

from skyflytt.files.copy import is_partial
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, State

BATCH_ITEMS = 500


def settle_started(ledger: Ledger, running: Pass, target: FileStore) -> None:
    """Open every started item again, with the copy that is at the target if there is one.

    Before a `PUT` is announced the target is looked at and has nothing there, so what is found at the place now was put by us.
    """
    for batch in items.batches(items.stream(ledger, running.workload, State.STARTED), BATCH_ITEMS):
        items.settle(ledger, running, [_found(item, target) for item in batch if item.intent is not Intent.REMOVE])
        items.record_gone(ledger, running.workload, [item.key for item in batch if item.intent is Intent.REMOVE])


def remove_partials(target: FileStore) -> int:
    """Remove temporary files whose file will not be asked for again; how many."""
    found = (entry for entry in target.scan() if not isinstance(entry, ScanFailure))
    left = [entry.path for entry in found if entry.kind is EntryKind.FILE and is_partial(entry.path)]
    for path in left:
        target.remove(path)
    return len(left)


def _found(item: items.Item, target: FileStore) -> tuple[str, str | None, str]:
    ref = item.target_ref
    if item.intent is Intent.PUT or (
        item.intent is Intent.MOVE and ref is not None and target.stat(ref.rstrip("/")) is None
    ):
        ref = item.key if _is_ours(item, target.stat(item.key.rstrip("/"))) else None
    return item.key, ref, ""


def _is_ours(item: items.Item, there: Entry | None) -> bool:
    """A copy comes to its name only when it is complete: what has another size came from somebody else meanwhile."""
    if there is None:
        return False
    wanted = EntryKind.FOLDER if item.key.endswith("/") else EntryKind.FILE
    return there.kind is wanted and there.size_bytes == item.size_bytes
