"""One pass over a share: settle what was cut off, list, remove what is gone, move what moved, copy what is open, close the account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from skyflytt.errors.base import Permanent
from skyflytt.files.crew import MakeCrew, OpenPair
from skyflytt.files.detection import Detect, digested
from skyflytt.files.kept_listing import can_remember, forget, is_belied, remembered_scan
from skyflytt.files.listing import listing
from skyflytt.files.moves import match_moves
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.naming import name_new
from skyflytt.files.names.places import Places, places_of
from skyflytt.files.names.respelled import respelled
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.files.settle import remove_partials, settle_started
from skyflytt.files.transfer import Transfer
from skyflytt.files.unfinished import give_up_unfinished
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import Listed, Listing, take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.removals import REMOVAL_LIMIT, removable
from skyflytt.ledger.schema import Intent, Mode, State
from skyflytt.ledger.workloads import Workload

BATCH_FILES = 50


@dataclass(frozen=True, slots=True)
class SharePass:
    """What a pass over a share needs; `source` and `target` are the share's own folders, already guarded.

    With `open_pair` (one more source and target, as guarded as these) it has up to `connections` of each under way at once, as many
    as pay and both stores allow. `space` has the rules for names at the target.
    """

    ledger: Ledger
    workload: Workload
    source: FileStore
    target: FileStore
    excluded: Callable[[str], bool] = lambda _key: False
    removal_limit: float = REMOVAL_LIMIT
    progress: Progress = untold
    open_pair: OpenPair | None = None
    connections: int = 1
    space: Namespace | None = None
    wait: Callable[[float], None] = time.sleep
    """How the pass waits when a server asks for it."""
    detect: Detect = Detect.SIZE_MTIME
    make_crew: MakeCrew | None = None
    """Who does the steps of a large pass in place of threads."""
    append: bool = False
    """Only add at the target, though the project may not be cut over yet."""
    remembered: Path | None = None
    """A file of this machine in which the source's listing may be remembered, where the source tells its changes."""

    def run(self) -> Account:
        """Run the pass to its end. It may be killed at any moment and started again.

        Raises `Transient` when a server is away (run it again), `NeedsPerson` when somebody has to act first.
        """
        with passes.running_pass(self.ledger, self.workload, append=self.append) as running:
            places = places_of(self.ledger, self.workload, self.space)
            # Each look at all items of a large share takes its time: nobody looks for what is known not to be there.
            before = passes.counts(self.ledger, self.workload)
            if State.STARTED in before:
                settle_started(self.ledger, running, self.target, places)
            if State.FAILED in before:
                items.reopen(self.ledger, running)
            listed = self._listed(running)
            now = passes.counts(self.ledger, self.workload)
            self._settle_open(running, places, open_items=State.SEEN in now, gone=State.GONE in now)
            return passes.end(self.ledger, running, listed.source)

    def _listed(self, running: Pass) -> Listing:
        """What is not in a remembered listing is asked for before it is taken for gone: a feed tells late."""
        if self.remembered is None or not can_remember(self.source):
            return self._taken(running, self.source.scan())
        listed = self._taken(running, remembered_scan(self.ledger, self.workload, self.source, self.remembered))
        if listed.gone and running.mode is Mode.MIRROR and is_belied(self.ledger, self.workload, self.source):
            forget(self.ledger, self.workload)
            listed = self._taken(running, self.source.scan())
        return listed

    def _taken(self, running: Pass, scan: Iterator[Entry | ScanFailure]) -> Listing:
        return take_listing(self.ledger, running, self._listing(scan), by_identity=self.detect is Detect.DIGEST)

    def _listing(self, scan: Iterator[Entry | ScanFailure]) -> Iterator[Listed]:
        listed = listing(
            scan,
            self.excluded,
            tokens=self.detect is Detect.TOKEN or not self.source.capabilities.times_by_scan,
            takes_links=self.target.capabilities.links,
        )
        return digested(listed, self.source) if self.detect is Detect.DIGEST else listed

    def _settle_open(self, running: Pass, places: Places, *, open_items: bool, gone: bool) -> None:
        if open_items:
            name_new(self.ledger, running, places)
        if open_items and gone:
            match_moves(self.ledger, running, self.source, places)
        if passes.follows_interruption(self.ledger, running):
            remove_partials(self.ledger, running, self.target, places)
        if gone:
            # First, since a file may be in the way of a folder of that name; and nothing is written when too much is gone.
            self._remove_gone(running, places)
        if open_items:
            self._transfer_open(running, places)
            # An answer that was lost on its way leaves an upload of which nobody here knows, while another one took its place.
            give_up_unfinished(self.target)
        if open_items and gone:
            # Again, for folders that files have now been moved out of.
            self._remove_gone(running, places)

    def _transfer_open(self, running: Pass, places: Places) -> None:
        Transfer(
            self.ledger,
            running,
            self.source,
            self.target,
            places,
            self.progress,
            self.open_pair,
            self.connections,
            wait=self.wait,
            make_crew=self.make_crew,
        ).run()

    def _remove_gone(self, running: Pass, places: Places) -> None:
        gone = removable(self.ledger, running, self.removal_limit)
        live = respelled(self.ledger, running, places, gone)
        # Deepest first, as they are at the target: a folder is removed after what it held, also after what moved away at the source.
        deepest = sorted(gone, key=lambda item: item.target_ref or item.key, reverse=True)
        for batch in items.batches(deepest, BATCH_FILES):
            items.start(self.ledger, running, [item.key for item in batch], Intent.REMOVE)
            removed = [item.key for item in batch if item.key in live or self._remove(item)]
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
