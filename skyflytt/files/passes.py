"""One pass over a share: settle what was cut off, list, remove what is gone, move what moved, copy what is open, close the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.files.listing import listing
from skyflytt.files.moves import match_moves
from skyflytt.files.port import EntryKind, FileStore
from skyflytt.files.settle import remove_partials, settle_started
from skyflytt.files.transfer import Transfer
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.removals import REMOVAL_LIMIT, removable
from skyflytt.ledger.schema import Intent, State
from skyflytt.ledger.workloads import Workload

BATCH_FILES = 50


@dataclass(frozen=True, slots=True)
class SharePass:
    """What a pass over a share needs; `source` and `target` are the share's own folders, already guarded."""

    ledger: Ledger
    workload: Workload
    source: FileStore
    target: FileStore
    excluded: Callable[[str], bool] = lambda _key: False
    removal_limit: float = REMOVAL_LIMIT
    progress: Progress = untold

    def run(self) -> Account:
        """Run the pass to its end. It may be killed at any moment and started again.

        Raises `Transient` when a server is away (run it again), `NeedsPerson` when somebody has to act first.
        """
        with passes.running_pass(self.ledger, self.workload) as running:
            settle_started(self.ledger, running, self.target)
            items.reopen(self.ledger, running)
            listed = take_listing(self.ledger, running, listing(self.source.scan(), self.excluded))
            match_moves(self.ledger, running, self.source)
            if passes.follows_interruption(self.ledger, running):
                remove_partials(self.ledger, running, self.target)
            # First, since a file may be in the way of a folder of that name; and nothing is written when too much is gone.
            self._remove_gone(running)
            self._transfer_open(running)
            # Again, for folders that files have now been moved out of.
            self._remove_gone(running)
            return passes.end(self.ledger, running, listed.source)

    def _transfer_open(self, running: Pass) -> None:
        with self.ledger.reading() as connection:
            total = passes.state_counts(connection, self.workload).get(State.SEEN, 0)
        transfer = Transfer(self.ledger, running, self.source, self.target)
        settled = 0
        for batch in items.batches(items.stream(self.ledger, self.workload, State.SEEN), BATCH_FILES):
            transfer.settle(batch)
            settled += len(batch)
            self.progress(settled, total)
        transfer.settle_deferred()

    def _remove_gone(self, running: Pass) -> None:
        gone = removable(self.ledger, running, self.removal_limit)
        # Deepest first: a folder is removed after what it held.
        for batch in items.batches(sorted(gone, key=lambda item: item.key, reverse=True), BATCH_FILES):
            items.start(self.ledger, running, [item.key for item in batch], Intent.REMOVE)
            removed = [item.key for item in batch if self._remove(item)]
            items.record_removed(self.ledger, running, removed)
            items.record_gone(self.ledger, self.workload, {item.key for item in batch}.difference(removed))

    def _remove(self, item: items.Item) -> bool:
        ref = item.target_ref or ""
        path = ref.rstrip("/")
        try:
            there = self.target.stat(path)
            if there is not None and (there.kind is EntryKind.FOLDER) == ref.endswith("/"):
                self.target.remove(path)
        except Permanent:
            # A folder in which the customer keeps something of their own stays.
            return False
        return True
