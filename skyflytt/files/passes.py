"""One pass over a share: list, settle what was cut off, move what moved, copy what is open, remove what is gone, close the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.files.listing import listing
from skyflytt.files.moves import match_moves
from skyflytt.files.port import FileStore
from skyflytt.files.settle import remove_partials, settle_started
from skyflytt.files.transfer import Transfer
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.removals import REMOVAL_LIMIT, removable
from skyflytt.ledger.schema import Intent, State
from skyflytt.ledger.workloads import Workload

BATCH_FILES = 50

Progress = Callable[[int, int], None]
"""Told now and then: how many of how many open items are settled."""


@dataclass(frozen=True, slots=True)
class SharePass:
    """What a pass over a share needs; `source` and `target` are the share's own folders, already guarded."""

    ledger: Ledger
    workload: Workload
    source: FileStore
    target: FileStore
    excluded: Callable[[str], bool] = lambda key: False
    removal_limit: float = REMOVAL_LIMIT
    progress: Progress = lambda done, of: None

    def run(self) -> Account:
        """Run the pass to its end. It may be killed at any moment and started again.

        Raises `Transient` when a server is away (run it again), `NeedsPerson` when somebody has to act first.
        """
        with passes.running_pass(self.ledger, self.workload) as running:
            was_cut_off = settle_started(self.ledger, running, self.target)
            items.reopen(self.ledger, running)
            listed = take_listing(self.ledger, running, listing(self.source.scan(), self.excluded))
            match_moves(self.ledger, running, self.source)
            self._transfer_open(running)
            self._remove_gone(running)
            if was_cut_off:
                remove_partials(self.target)
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

    def _remove_gone(self, running: Pass) -> None:
        gone = removable(self.ledger, running, self.removal_limit)
        # Deepest first: a folder is removed after what it held.
        for batch in items.batches(sorted(gone, key=lambda item: item.key, reverse=True), BATCH_FILES):
            items.start(self.ledger, running, [item.key for item in batch], Intent.REMOVE)
            items.record_removed(self.ledger, running, [item.key for item in batch if self._remove(item)])

    def _remove(self, item: items.Item) -> bool:
        try:
            self.target.remove((item.target_ref or "").rstrip("/"))
        except Permanent:
            # A folder in which the customer keeps something of their own stays.
            return False
        return True
