"""What a pass that was cut off left `started`: looked up at the target before anything is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.files import PathMissing
from skyflytt.files.altered import may_alter
from skyflytt.files.copy import is_partial, may_go_on
from skyflytt.files.listing import LINK
from skyflytt.files.names.places import Places
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.files.unfinished import give_up_unfinished
from skyflytt.files.work import Ends, Found, Outcome, Unknown, Work, work_of
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, State

BATCH_ITEMS = 500


def settle_started(ledger: Ledger, running: Pass, target: FileStore, places: Places) -> None:
    """Open every started item again, with the copy that is at the target if there is one.

    Before a `PUT` is announced the target is looked at and has nothing there, so what is found at the place now was put by us.
    """
    for batch in items.batches(items.stream(ledger, running.workload, State.STARTED), BATCH_ITEMS):
        found = [
            (item.key, find_copy(work_of(item, places), running.mode, target), "")
            for item in batch
            if item.intent is not Intent.REMOVE
        ]
        items.settle(ledger, running, found)
        items.record_gone(ledger, running.workload, [item.key for item in batch if item.intent is Intent.REMOVE])


def looked_up(works: Sequence[Work], mode: Mode, target: FileStore) -> list[Outcome]:
    """The same for items of a pass that goes on, when a server asked us to wait in the middle of them; `Unknown` or `Ends` comes last."""
    outcomes: list[Outcome] = []
    try:
        for work in works:
            item = work.item._replace(intent=work.intent)
            outcomes.append(Found(item, find_copy(replace(work, item=item), mode, target)))
    except ServerBusy as busy:
        outcomes.append(Unknown(tuple(works[len(outcomes) :]), busy))
    except Failure as failure:
        outcomes.append(Ends(failure))
    return outcomes


def remove_partials(ledger: Ledger, running: Pass, target: FileStore, places: Places) -> int:
    """Remove temporary files that no open item will go on with; how many. To be called once the listing is taken."""
    left = _temporary(target)
    if left and target.capabilities.resumable_writes:
        for item in items.stream(ledger, running.workload, State.SEEN):
            work = work_of(item, places)
            if work.partial in left and may_go_on(target, work.entry):
                left.remove(work.partial)
    for path in left:
        target.remove(path)
    return len(left) + give_up_unfinished(target)


def _temporary(target: FileStore) -> set[str]:
    try:
        found = [entry for entry in target.scan() if not isinstance(entry, ScanFailure) and is_partial(entry.path)]
    except PathMissing:
        return set()  # the share's folder comes with its first file
    return {entry.path for entry in found if entry.kind in (EntryKind.FILE, EntryKind.SYMLINK)}


def find_copy(work: Work, mode: Mode, target: FileStore) -> str | None:
    """The reference of the copy that is at the target, put by us; None when there is none. Finishes a move that stopped half way."""
    item, ref = work.item, work.item.target_ref
    if item.intent in (Intent.PUT, Intent.MOVE):
        there = target.stat(work.path)
        old = target.stat(ref.rstrip("/")) if item.intent is Intent.MOVE and ref is not None else None
        if old is None:
            return work.place if _is_ours(item, there) or _is_altered(work, there, target) else None
        # One file that is spelled in two ways is renamed once more, whether it had come to that or not.
        if (
            mode is Mode.MIRROR
            and not work.is_there
            and _is_ours(item, there)
            and there == replace(old, path=work.path)
        ):
            # Copied and not yet removed, as object stores move.
            target.remove(old.path)
            return work.place
    return ref


def _is_altered(work: Work, there: Entry | None, target: FileStore) -> bool:
    """A target that alters what it took keeps the time of modification that we set with the name."""
    if there is None or there.kind is not EntryKind.FILE or not may_alter(target, work.path):
        return False
    return abs((there.modified - work.entry.modified).total_seconds()) <= target.capabilities.mtime_step_seconds


def _is_ours(item: items.Item, there: Entry | None) -> bool:
    """A copy comes to its name only when it is complete: what has another size came from somebody else meanwhile."""
    if there is None:
        return False
    if item.version.startswith(LINK):
        return there.kind is EntryKind.SYMLINK
    wanted = EntryKind.FOLDER if item.key.endswith("/") else EntryKind.FILE
    return there.kind is wanted and there.size_bytes == item.size_bytes
