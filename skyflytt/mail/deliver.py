"""The delivery pass: a target is fed from the mailbox archive. It may be killed at any moment and started again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skyflytt.errors.base import Permanent
from skyflytt.ledger import items, passes, sync_states
from skyflytt.ledger.items import Done
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import LeftOut, Listed, take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.progress import Progress, moved, untold
from skyflytt.ledger.removals import REMOVAL_LIMIT, removable
from skyflytt.ledger.schema import Intent, Mode, Origin, State, Verified
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.archive import ArchivedMessage, MailboxArchive
from skyflytt.mail.copies import UnknownCopies
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.listing import SHOWN_ELSEWHERE, by_key, in_order
from skyflytt.mail.outgoing import Outgoing
from skyflytt.mail.port import Folder, FolderPath, FolderRole, MailTarget
from skyflytt.mail.renewal import EARLIER_STAYS
from skyflytt.mail.renumbered import Renumbered
from skyflytt.mail.transfer import Transfer

BATCH_MESSAGES = 200
BATCH_BYTES = 8 * 1024 * 1024
PLACE = "place/"
"""Scopes of the ledger's tokens in which the target's folder for each of the source's is kept."""


def same_folder(folder: FolderPath) -> FolderPath:
    """No folder is renamed."""
    return folder


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
    progress: Progress = untold

    def run(self) -> Account:
        """Deliver everything that is open, and in mirror mode move, mark and remove what was at the source.

        Raises `Transient` when the target is away (run it again), `NeedsPerson` when somebody has to act first.
        """
        with passes.running_pass(self.ledger, self.workload) as running:
            started = list(items.stream(self.ledger, self.workload, State.STARTED))
            where = {item.target_container for item in started} | {folder_key(self._place_of(item)) for item in started}
            self._follow(running, filter(None, where))
            self._settle_started(running)
            items.reopen(self.ledger, running)
            archived = by_key(self.archive.entries())
            listed = take_listing(self.ledger, running, in_order(archived, self._left_out()))
            places = self._ensure_folders()
            self._match_moves(running, places)
            self._follow(running, self._in_work(running, places))
            gone = removable(self.ledger, running, self.removal_limit)  # before anything is written: it may be too much
            copies = UnknownCopies(self.ledger, self.workload, self.target, self._received_at)
            outgoing = Outgoing(self.archive, archived, self.target.capabilities.takes_streams)
            with Transfer(self.ledger, running, self.target, outgoing, places, copies) as transfer:
                self._deliver_open(running, transfer)
            self._remove(running, gone)
            return passes.end(self.ledger, running, listed.source)

    def _follow(self, running: Pass, containers: Iterable[str]) -> None:
        Renumbered(self.ledger, running, self.target, self._earlier_identities, self._received_at).follow(containers)

    def _earlier_identities(self, item: items.Item) -> Iterator[str]:
        """What the fingerprints of an edited message were, the newest first."""
        message = self._archived(item)
        for digest, _ in reversed(self.archive.earlier(message)) if message else ():
            yield fingerprint(self.archive.payload(digest)).fingerprint

    def _received_at(self, item: items.Item) -> datetime | None:
        message = self._archived(item)
        return message.received if message else None

    def _archived(self, item: items.Item) -> ArchivedMessage | None:
        return self.archive.message(folder_path(item.container), item.key[len(item.container) + 1 :])

    def _left_out(self) -> list[Listed]:
        """What is not in the archive.

        What was delivered, and is now only shown once more beside another folder's, counts as gone from here: its copy follows it
        into that folder, and the next pass leaves it out.
        """
        shown = {one.key for one in self.not_archived if isinstance(one, LeftOut) and one.code == SHOWN_ELSEWHERE[0]}
        held = items.stream(self.ledger, self.workload) if shown else ()
        moving = {item.key for item in held if item.key in shown and item.target_ref is not None}
        return [one for one in self.not_archived if one.key not in moving]

    def _in_work(self, running: Pass, places: Mapping[FolderPath, FolderPath]) -> set[str]:
        """The target's folders in which something is to be written, changed or removed."""
        at_work: set[str | None] = set()
        for item in items.stream(self.ledger, self.workload, State.SEEN):
            at_work |= {folder_key(places[folder_path(item.container)]), item.target_container}
        if running.mode is Mode.MIRROR:
            gone = items.stream(self.ledger, self.workload, State.GONE)
            at_work |= {item.target_container for item in gone if item.target_ref is not None}
        return set(filter(None, at_work))

    def _ensure_folders(self) -> dict[FolderPath, FolderPath]:
        """Where each of the source's folders is found at the target. One that is refused fails with its messages."""
        seen = items.stream(self.ledger, self.workload, State.SEEN)
        roles: dict[FolderPath, FolderRole | None] = {folder_path(item.container): None for item in seen}
        roles.update((folder.path, folder.role) for folder in self.folders)
        places = {}
        for folder, role in roles.items():
            wanted = self.renamed(folder)
            try:
                place = self.target.ensure_folder(wanted, role if wanted == folder else None)
            except Permanent:
                place = wanted
            places[folder] = place
            if self._place_before(folder_key(folder)) != place:
                scope = f"{PLACE}{folder_key(folder)}"
                sync_states.set_token(self.ledger, self.workload, scope, folder_key(place))
        return places

    def _place_before(self, source_folder: str) -> FolderPath | None:
        """Where the folder was found at the target by the pass before."""
        place = sync_states.token(self.ledger, self.workload, f"{PLACE}{source_folder}")
        return folder_path(place) if place else None

    def _settle_started(self, running: Pass) -> None:
        started = list(items.stream(self.ledger, self.workload, State.STARTED))
        copies = self._copies_of(started)
        found: list[tuple[str, str | None, str]] = []
        gone: list[str] = []
        removed: list[str] = []
        for item in started:
            if _is_renewed(item):
                self._settle_renewal(running, item, copies.get(item.key))
            elif item.intent is Intent.REMOVE:
                (gone if self._is_there(item) else removed).append(item.key)
            elif item.intent is Intent.REPLACE:
                found.append((item.key, item.target_ref, item.target_container or ""))
            else:
                found.append(self._found(running, item, copies.get(item.key)))
        items.settle(self.ledger, running, found)
        items.record_gone(self.ledger, self.workload, gone)
        items.record_removed(self.ledger, running, removed)

    def _copies_of(self, started: Sequence[items.Item]) -> dict[str, str]:
        """Where the copies are that were being written, or moved, by the items' keys."""
        copies = UnknownCopies(self.ledger, self.workload, self.target, self._received_at)
        wanting: dict[FolderPath, list[items.Item]] = defaultdict(list)
        for item in started:
            if _is_renewed(item) or item.intent not in (Intent.REMOVE, Intent.REPLACE):
                wanting[self._place_of(item)].append(item)
        return {key: ref for place, some in wanting.items() for key, ref in copies.inside(place).pairs(some).items()}

    def _place_of(self, item: items.Item) -> FolderPath:
        return self._place_before(item.container) or self.renamed(folder_path(item.container))

    def _settle_renewal(self, running: Pass, item: items.Item, ref: str | None) -> None:
        """An edited message's new copy was being written when the pass was cut off; as in `_found`, one that is there is ours."""
        container = folder_key(self._place_of(item))
        if ref is None:
            items.withdraw(self.ledger, running, [item.key])
        elif item.intent is Intent.REPLACE and running.mode is Mode.MIRROR:
            if self._is_there(item):
                self.target.delete(folder_path(item.target_container or ""), [item.target_ref or ""])
            items.settle(self.ledger, running, [(item.key, ref, container)])
        else:
            done = Done(item.key, ref, Verified.FINGERPRINT, item.identity or "", container, remark=EARLIER_STAYS)
            items.finish(self.ledger, running, [done])

    def _found(self, running: Pass, item: items.Item, ref: str | None) -> tuple[str, str | None, str]:
        """Where the copy is that was being written, or moved, when the pass was cut off.

        When it was announced, the place held no copy of this message that nobody has: one that is there now is ours.
        """
        if item.intent is Intent.MOVE and self._is_there(item):
            if ref is None or running.mode is Mode.APPEND:
                return item.key, item.target_ref, item.target_container or ""
            # Copied and not yet removed, on a server without MOVE.
            self.target.delete(folder_path(item.target_container or ""), [item.target_ref or ""])
        return item.key, ref, folder_key(self._place_of(item))

    def _is_there(self, item: items.Item) -> bool:
        try:
            return item.target_ref in self.target.refs(folder_path(item.target_container or ""))
        except Permanent:
            return False

    def _match_moves(self, running: Pass, places: Mapping[FolderPath, FolderPath]) -> None:
        """A message gone from one folder and new in another, or in the same under another ref, is the same message.

        Its copy becomes the new item's, after the cutover too: it then stays where it is. One that was there before the project
        is never moved, so it only serves in its own folder.
        """
        gone: dict[str, list[items.Item]] = defaultdict(list)
        for item in items.stream(self.ledger, self.workload, State.GONE):
            if item.target_ref is not None and item.identity:
                gone[item.identity].append(item)
        for same_place in (True, False) if gone else ():
            for item in items.stream(self.ledger, self.workload, State.SEEN):
                if item.target_ref is not None or not (candidates := gone.get(item.identity or "")):
                    continue
                place = folder_key(places[folder_path(item.container)])
                fits = [one for one in candidates if _may_serve(one, place, same_place=same_place)]
                if fits:
                    candidates.remove(fits[0])
                    items.hand_over(self.ledger, running, fits[0].key, item.key)

    def _deliver_open(self, running: Pass, transfer: Transfer) -> None:
        with self.ledger.reading() as connection:
            total = passes.state_counts(connection, self.workload).get(State.SEEN, 0)
        settled = size = 0
        batch: list[items.Item] = []
        for item in items.stream(self.ledger, running.workload, State.SEEN):
            full = len(batch) == BATCH_MESSAGES or size + item.size_bytes > BATCH_BYTES
            if batch and (full or batch[0].container != item.container):
                transfer.settle(batch)
                settled += len(batch)
                moved(self.progress, size)
                self.progress(settled, total)
                batch, size = [], 0
            batch.append(item)
            size += item.size_bytes
        if batch:
            transfer.settle(batch)
            moved(self.progress, size)
        transfer.conclude()
        self.progress(total, total)

    def _remove(self, running: Pass, gone: Sequence[items.Item]) -> None:
        by_folder: dict[str, list[items.Item]] = defaultdict(list)
        for item in gone:
            by_folder[item.target_container or ""].append(item)
        for folder, there in by_folder.items():
            keys = [item.key for item in there]
            items.start(self.ledger, running, keys, Intent.REMOVE)
            try:
                self.target.delete(folder_path(folder), [item.target_ref for item in there if item.target_ref])
            except Permanent:
                items.record_gone(self.ledger, self.workload, keys)  # tried again by the next pass
            else:
                items.record_removed(self.ledger, running, keys)


def _is_renewed(item: items.Item) -> bool:
    """Its new version was being written, beside or instead of the one before."""
    return item.verified is Verified.STALE and item.intent in (Intent.PUT, Intent.REPLACE)


def _may_serve(gone: items.Item, place: str, *, same_place: bool) -> bool:
    return gone.target_container == place if same_place else gone.origin is Origin.PUT
