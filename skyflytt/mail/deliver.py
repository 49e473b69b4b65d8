"""The delivery pass: a target is fed from the mailbox archive. It may be killed at any moment and started again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import Listed, take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.removals import REMOVAL_LIMIT, removable
from skyflytt.ledger.schema import Intent, Mode, Origin, State
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.copies import UnknownCopies
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.listing import by_key, in_order
from skyflytt.mail.port import Folder, FolderPath, MailTarget
from skyflytt.mail.transfer import Transfer

BATCH_MESSAGES = 50
BATCH_BYTES = 8 * 1024 * 1024


def same_folder(folder: FolderPath) -> FolderPath:
    """No folder is renamed."""
    return folder


def untold(_done: int, _of: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True)
class DeliveryPass:
    """One pass from an archive to its target; `workload` is the mailbox's of kind `mailbox`.

    `folders` are the source's, to be made at the target under the names that `renamed` gives; `not_archived` is what the archive
    pass could not have, so that it stands in this account too.
    """

    ledger: Ledger
    workload: Workload
    archive: MailboxArchive
    target: MailTarget
    folders: Sequence[Folder]
    not_archived: Sequence[Listed] = ()
    renamed: Callable[[FolderPath], FolderPath] = same_folder
    removal_limit: float = REMOVAL_LIMIT
    progress: Callable[[int, int], None] = untold

    def run(self) -> Account:
        """Deliver everything that is open, and in mirror mode move, mark and remove what was at the source.

        Raises `Transient` when the target is away (run it again), `NeedsPerson` when somebody has to act first.
        """
        with passes.running_pass(self.ledger, self.workload) as running:
            places = self._ensure_folders()
            copies = UnknownCopies(self.ledger, self.workload, self.target)
            self._settle_started(running, copies, places)
            items.reopen(self.ledger, running)
            archived = by_key(self.archive.entries())
            listed = take_listing(self.ledger, running, in_order(archived, self.not_archived))
            self._match_moves(running)
            transfer = Transfer(self.ledger, running, self.archive, self.target, archived, places, copies)
            self._deliver_open(running, transfer)
            self._remove_gone(running)
            return passes.end(self.ledger, running, listed.source)

    def _ensure_folders(self) -> dict[FolderPath, FolderPath]:
        """Where each of the source's folders is found at the target. One that is refused fails with its messages."""
        places = {}
        for folder in self.folders:
            wanted = self.renamed(folder.path)
            role = folder.role if wanted == folder.path else None
            try:
                places[folder.path] = self.target.ensure_folder(wanted, role)
            except Permanent:
                places[folder.path] = wanted
        return places

    def _settle_started(self, running: Pass, copies: UnknownCopies, places: dict[FolderPath, FolderPath]) -> None:
        started = list(items.stream(self.ledger, self.workload, State.STARTED))
        found: list[tuple[str, str | None, str]] = []
        gone: list[str] = []
        for item in started:
            source_folder = folder_path(item.container)
            place = places.get(source_folder, self.renamed(source_folder))
            if item.intent is Intent.REMOVE:
                gone.append(item.key)
            elif item.target_ref is not None and (item.intent is not Intent.MOVE or self._is_there(item)):
                found.append((item.key, item.target_ref, item.target_container or ""))
            else:
                found.append((item.key, copies.take(place, item.identity), folder_key(place)))
        items.settle(self.ledger, running, found)
        items.record_gone(self.ledger, self.workload, gone)

    def _is_there(self, item: items.Item) -> bool:
        try:
            return item.target_ref in self.target.refs(folder_path(item.target_container or ""))
        except Permanent:
            return False

    def _match_moves(self, running: Pass) -> None:
        """A message gone from one folder and new in another is the same message moved."""
        if running.mode is Mode.APPEND:
            return
        gone: dict[str, list[str]] = defaultdict(list)
        for item in items.stream(self.ledger, self.workload, State.GONE):
            if item.target_ref is not None and item.origin is Origin.PUT and item.identity:
                gone[item.identity].append(item.key)
        if not gone:
            return
        for item in items.stream(self.ledger, self.workload, State.SEEN):
            if item.target_ref is None and item.identity and gone.get(item.identity):
                items.hand_over(self.ledger, running, gone[item.identity].pop(), item.key)

    def _deliver_open(self, running: Pass, transfer: Transfer) -> None:
        with self.ledger.reading() as connection:
            total = passes.state_counts(connection, self.workload).get(State.SEEN, 0)
        settled = 0
        batch: list[items.Item] = []
        for item in items.stream(self.ledger, running.workload, State.SEEN):
            full = len(batch) == BATCH_MESSAGES or sum(one.size_bytes for one in batch) + item.size_bytes > BATCH_BYTES
            if batch and (full or batch[0].container != item.container):
                transfer.settle(batch)
                settled += len(batch)
                self.progress(settled, total)
                batch = []
            batch.append(item)
        if batch:
            transfer.settle(batch)
        self.progress(total, total)

    def _remove_gone(self, running: Pass) -> None:
        by_folder: dict[str, list[items.Item]] = defaultdict(list)
        for item in removable(self.ledger, running, self.removal_limit):
            by_folder[item.target_container or ""].append(item)
        for folder, gone in by_folder.items():
            keys = [item.key for item in gone]
            items.start(self.ledger, running, keys, Intent.REMOVE)
            self.target.delete(folder_path(folder), [item.target_ref for item in gone if item.target_ref])
            items.record_removed(self.ledger, running, keys)
