"""What a pass that was cut off left `started`: looked up at the target before anything is tried again."""

from __future__ import annotations

from dataclasses import replace

from skyflytt.errors.files import PathMissing
from skyflytt.files.copy import is_partial, may_go_on, partial_path
from skyflytt.files.listing import entry_of
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, State

BATCH_ITEMS = 500


def settle_started(ledger: Ledger, running: Pass, target: FileStore) -> None:
    """Open every started item again, with the copy that is at the target if there is one.

    Before a `PUT` is announced the target is looked at and has nothing there, so what is found at the place now was put by us.
    """
    for batch in items.batches(items.stream(ledger, running.workload, State.STARTED), BATCH_ITEMS):
        items.settle(
            ledger, running, [_found(item, running, target) for item in batch if item.intent is not Intent.REMOVE]
        )
        items.record_gone(ledger, running.workload, [item.key for item in batch if item.intent is Intent.REMOVE])


def remove_partials(ledger: Ledger, running: Pass, target: FileStore) -> int:
    """Remove temporary files that no open item will go on with; how many. To be called once the listing is taken."""
    left = _temporary(target)
    if left and target.capabilities.resumable_writes:
        for item in items.stream(ledger, running.workload, State.SEEN):
            entry = entry_of(item.key, item.version, item.size_bytes)
            wanted = partial_path(entry.path, entry)
            if wanted in left and may_go_on(target, entry):
                left.remove(wanted)
    for path in left:
        target.remove(path)
    return len(left)


def _temporary(target: FileStore) -> set[str]:
    try:
        found = [entry for entry in target.scan() if not isinstance(entry, ScanFailure) and is_partial(entry.path)]
    except PathMissing:
        return set()  # the share's folder comes with its first file
    return {entry.path for entry in found if entry.kind is EntryKind.FILE}


def _found(item: items.Item, running: Pass, target: FileStore) -> tuple[str, str | None, str]:
    ref = item.target_ref
    if item.intent in (Intent.PUT, Intent.MOVE):
        there = target.stat(item.key.rstrip("/"))
        old = target.stat(ref.rstrip("/")) if item.intent is Intent.MOVE and ref is not None else None
        if old is None:
            ref = item.key if _is_ours(item, there) else None
        elif running.mode is Mode.MIRROR and _is_ours(item, there) and there == replace(old, path=item.key):
            # Copied and not yet removed, as object stores move.
            target.remove(old.path)
            ref = item.key
    return item.key, ref, ""


def _is_ours(item: items.Item, there: Entry | None) -> bool:
    """A copy comes to its name only when it is complete: what has another size came from somebody else meanwhile."""
    if there is None:
        return False
    wanted = EntryKind.FOLDER if item.key.endswith("/") else EntryKind.FILE
    return there.kind is wanted and there.size_bytes == item.size_bytes
