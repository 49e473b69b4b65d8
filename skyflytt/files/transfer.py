"""Settle open items one batch at a time: look, announce, copy or move, verify, record."""

from __future__ import annotations

from dataclasses import dataclass, field

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.files import TargetOccupied
from skyflytt.files.copy import content_digest, copy_file
from skyflytt.files.listing import entry_of
from skyflytt.files.moves import lent_places
from skyflytt.files.paths import ancestors
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, Origin, State, Verified

CHANGED_AFTER_CUTOVER = "files.changed-after-cutover"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The writing half of a pass over a share."""

    ledger: Ledger
    running: Pass
    source: FileStore
    target: FileStore
    _lent: set[str] = field(default_factory=set)
    _deferred: list[Item] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lent.update(lent_places(self.ledger, self.running, State.SEEN, State.FAILED))

    def settle(self, batch: list[Item]) -> None:
        """Every item of the batch ends as done, skipped or failed, or waits for a move; raises what ends the whole pass."""
        self._deferred.extend(item for item in batch if self._waits(item))
        self._settle([item for item in batch if not self._waits(item)])

    def settle_deferred(self) -> None:
        """Those whose place at the target was still taken by a copy that belongs elsewhere by now. Call it last."""
        self._lent.clear()
        self._lent.update(lent_places(self.ledger, self.running, State.FAILED))
        self._settle(self._deferred)

    def _waits(self, item: Item) -> bool:
        if not self._lent or item.target_ref == item.key:
            return False
        path = item.key.rstrip("/")
        return any(place in self._lent for place in (*ancestors(path), path))

    def _settle(self, batch: list[Item]) -> None:
        intents: dict[Intent, list[str]] = {}
        work: list[tuple[Item, Intent]] = []
        for item in batch:
            intent = self._intent(item)
            if intent is not None:
                intents.setdefault(intent, []).append(item.key)
                work.append((item, intent))
        for intent, keys in intents.items():
            items.start(self.ledger, self.running, keys, intent)
        done = []
        try:
            for item, intent in work:
                finished = self._carry_out(item, intent)
                if finished:
                    done.append(finished)
        finally:
            items.finish(self.ledger, self.running, done)

    def _intent(self, item: Item) -> Intent | None:
        """What has to be done at the target; None when the item could be settled by looking."""
        try:
            return self._needed(item)
        except Failure as failure:
            self._record(item, failure)
            return None

    def _needed(self, item: Item) -> Intent | None:
        entry = entry_of(item.key, item.version, item.size_bytes)
        mirror = self.running.mode is Mode.MIRROR
        if self._is_elsewhere(item) and mirror:
            return Intent.MOVE
        there = self.target.stat(entry.path)
        if there is None:
            return Intent.PUT
        if self._waits(item):
            raise TargetOccupied(item.key, "a file that moved at the source has yet to be moved away from there")
        origin = item.origin if item.origin is not None and item.target_ref == item.key else Origin.FOUND
        if mirror and origin is Origin.PUT and self._is_touched(entry, there):
            return Intent.REPLACE
        if same := self._same(entry, there):
            items.finish(self.ledger, self.running, [Done(item.key, item.key, same[0], same[1], origin=origin)])
            return None
        if origin is Origin.FOUND:
            raise TargetOccupied(item.key, f"a {there.kind} of {there.size_bytes} bytes")
        if not mirror:
            words = "It changed at the source after the cutover; the copy at the target is the customer's now."
            items.skip(self.ledger, self.running, [(item.key, CHANGED_AFTER_CUTOVER, words)])
            return None
        return Intent.REPLACE

    def _is_elsewhere(self, item: Item) -> bool:
        """Its copy lies where it was before it moved at the source, and is still there."""
        ref = item.target_ref
        return ref is not None and ref != item.key and self.target.stat(ref.rstrip("/")) is not None

    def _is_touched(self, entry: Entry, there: Entry) -> bool:
        """Times of modification are kept, so the same bytes with another time are another version."""
        apart = abs((entry.modified - there.modified).total_seconds())
        return entry.kind is EntryKind.FILE and apart > self.target.capabilities.mtime_step_seconds

    def _same(self, entry: Entry, there: Entry) -> tuple[Verified, str] | None:
        if entry.kind is EntryKind.FOLDER:
            return (Verified.PRESENCE, "") if there.kind is EntryKind.FOLDER else None
        if there.kind is not EntryKind.FILE or there.size_bytes != entry.size_bytes:
            return None
        digest = content_digest(self.source, entry.path)
        return (Verified.DIGEST, digest) if content_digest(self.target, entry.path) == digest else None

    def _carry_out(self, item: Item, intent: Intent) -> Done | None:
        try:
            if intent is Intent.MOVE:
                return self._move(item)
            entry = entry_of(item.key, item.version, item.size_bytes)
            return self._copy(entry, item.key, replace=intent is Intent.REPLACE)
        except Failure as failure:
            self._record(item, failure)
            return None

    def _copy(self, entry: Entry, key: str, *, replace: bool) -> Done:
        if entry.kind is EntryKind.FOLDER:
            self.target.make_folder(entry.path)
            return Done(key, key, Verified.PRESENCE, "")
        copied = copy_file(self.source, self.target, entry, entry.path, replace=replace)
        return Done(key, key, copied.verified, copied.digest)

    def _move(self, item: Item) -> Done:
        if self.target.stat(item.key) is not None:
            raise TargetOccupied(item.key, f"{item.target_ref} was to be moved there")
        entry = entry_of(item.key, item.version, item.size_bytes)
        self.target.rename(item.target_ref or "", entry.path, entry.modified)
        digest = content_digest(self.target, entry.path)
        if digest != item.identity:
            return self._copy(entry, item.key, replace=True)
        return Done(item.key, item.key, Verified.DIGEST, digest)

    def _record(self, item: Item, failure: Failure) -> None:
        """Keep the failure with its item, or raise it when it is not the item's own."""
        if ends_the_pass(failure):
            raise failure
        items.fail(self.ledger, self.running, [(item.key, failure)])
