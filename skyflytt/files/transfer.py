"""Settle open items one batch at a time: look, announce, copy or move, verify, record."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.files import TargetOccupied
from skyflytt.files.copy import content_digest, copy_file
from skyflytt.files.listing import entry_of
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, Origin, Verified

CHANGED_AFTER_CUTOVER = "files.changed-after-cutover"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The writing half of a pass over a share."""

    ledger: Ledger
    running: Pass
    source: FileStore
    target: FileStore

    def settle(self, batch: list[Item]) -> None:
        """Every item of the batch ends as done, skipped or failed; raises what ends the whole pass."""
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
        if item.target_ref is not None and item.target_ref != item.key:
            return Intent.MOVE
        there = self.target.stat(entry.path)
        if there is None:
            return Intent.PUT
        origin = item.origin or Origin.FOUND
        if same := self._same(entry, there):
            items.finish(self.ledger, self.running, [Done(item.key, item.key, same[0], same[1], origin=origin)])
            return None
        if origin is Origin.FOUND:
            raise TargetOccupied(item.key, f"a {there.kind} of {there.size_bytes} bytes")
        if self.running.mode is Mode.APPEND:
            words = "It changed at the source after the cutover; the copy at the target is the customer's now."
            items.skip(self.ledger, self.running, [(item.key, CHANGED_AFTER_CUTOVER, words)])
            return None
        return Intent.REPLACE

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
            return self._copy(entry_of(item.key, item.version, item.size_bytes), item.key)
        except Failure as failure:
            self._record(item, failure)
            return None

    def _copy(self, entry: Entry, key: str) -> Done:
        if entry.kind is EntryKind.FOLDER:
            self.target.make_folder(entry.path)
            return Done(key, key, Verified.PRESENCE, "")
        copied = copy_file(self.source, self.target, entry, entry.path)
        return Done(key, key, copied.verified, copied.digest)

    def _move(self, item: Item) -> Done:
        if self.target.stat(item.key) is not None:
            raise TargetOccupied(item.key, f"{item.target_ref} was to be moved there")
        entry = entry_of(item.key, item.version, item.size_bytes)
        self.target.rename(item.target_ref or "", entry.path, entry.modified)
        digest = content_digest(self.target, entry.path)
        if digest != item.identity:
            return self._copy(entry, item.key)
        return Done(item.key, item.key, Verified.DIGEST, digest)

    def _record(self, item: Item, failure: Failure) -> None:
        """Keep the failure with its item, or raise it when it is not the item's own."""
        if ends_the_pass(failure):
            raise failure
        items.fail(self.ledger, self.running, [(item.key, failure)])
