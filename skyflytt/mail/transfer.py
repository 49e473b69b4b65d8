"""Settle open messages of one folder: adopt, append, move or mark; verify; record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.mail import MessageAltered, MessageRefused
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, Origin, Verified
from skyflytt.mail.archive import ArchivedMessage, MailboxArchive
from skyflytt.mail.copies import UnknownCopies
from skyflytt.mail.identity import matches
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.port import Fetched, FolderPath, MailTarget, NewMessage


@dataclass(frozen=True, slots=True)
class Transfer:
    """The writing half of a delivery pass."""

    ledger: Ledger
    running: Pass
    archive: MailboxArchive
    target: MailTarget
    archived: Mapping[str, ArchivedMessage]
    places: Mapping[FolderPath, FolderPath]
    copies: UnknownCopies

    def settle(self, batch: Sequence[Item]) -> None:
        """Every item of the batch (all of one source folder) ends as done or failed; raises what ends the whole pass."""
        place = self.places[folder_path(batch[0].container)]
        self._adopt([item for item in batch if item.target_ref is None], place)
        for item in batch:
            if item.target_ref is not None:
                self._each(item, lambda item=item: self._settle_copy(item, place))  # type: ignore[misc]

    def _adopt(self, new: Sequence[Item], place: FolderPath) -> None:
        found, absent = [], []
        for item in new:
            ref = self.copies.take(place, item.identity)
            if ref is None:
                absent.append(item)
            else:
                identity, container = item.identity or "", folder_key(place)
                found.append(Done(item.key, ref, Verified.FINGERPRINT, identity, container, Origin.FOUND))
        items.finish(self.ledger, self.running, found)
        if absent:
            self._append(absent, place)

    def _append(self, absent: Sequence[Item], place: FolderPath) -> None:
        messages, ready = [], []
        for item in absent:
            message = self.archived[item.key]
            try:
                raw = self.archive.payload(message.digest)
            except Failure as failure:
                items.fail(self.ledger, self.running, [(item.key, failure)])
                continue
            messages.append(NewMessage(raw, message.flags, message.received))
            ready.append(item)
        if not ready:
            return
        items.start(self.ledger, self.running, [item.key for item in ready], Intent.PUT)
        try:
            answers = self.target.append(place, messages)
        except Permanent as failure:  # the folder's
            answers = [failure] * len(ready)
        put: dict[str, Item] = {}
        refused: list[tuple[str, Failure]] = []
        for item, answer in zip(ready, answers, strict=True):
            if isinstance(answer, Failure):
                refused.append((item.key, answer))
            elif put.setdefault(answer, item) is not item:
                refused.append((item.key, MessageRefused(item.key, "it was merged with an equal message")))
        items.fail(self.ledger, self.running, refused)
        if put:
            self._verify(put, place)
        for _, refusal in refused:
            if ends_the_pass(refusal):
                raise refusal

    def _verify(self, put: Mapping[str, Item], place: FolderPath) -> None:
        """Fetch the copies back and compare. One that differs keeps its place in the ledger, so that it is never written twice."""
        compared = self._compare(put, place)
        container = folder_key(place)
        done = [Done(put[ref].key, ref, how, put[ref].identity or "", container) for ref, how in compared.items()]
        items.finish(self.ledger, self.running, done)
        altered = [(item.key, ref) for ref, item in put.items() if ref not in compared]
        items.settle(self.ledger, self.running, [(key, ref, container) for key, ref in altered])
        items.fail(self.ledger, self.running, [(key, MessageAltered(key, "it was read back")) for key, _ in altered])

    def _compare(self, put: Mapping[str, Item], place: FolderPath) -> dict[str, Verified]:
        """How each copy agrees with the archive; those that do not are left out."""
        raws = {answer.ref: answer.raw for answer in self.target.fetch(place, list(put)) if isinstance(answer, Fetched)}
        compared = {}
        for ref, raw in raws.items():
            how = matches(self.archive.payload(self.archived[put[ref].key].digest), raw)
            if how is not None:
                compared[ref] = Verified(how)
        return compared

    def _settle_copy(self, item: Item, place: FolderPath) -> None:
        """The message has a copy at the target: it was cut off, moved, or its flags changed."""
        ref, here = item.target_ref or "", folder_path(item.target_container or "")
        verified = item.verified or self._compare({ref: item}, here).get(ref)
        if verified is None:
            raise MessageAltered(item.key, "it was read back")
        if item.origin is Origin.PUT and self.running.mode is Mode.MIRROR:
            if here != place:
                if self._is_replaced(item, here, place):
                    return
                items.start(self.ledger, self.running, [item.key], Intent.MOVE)
                ref, here = self.target.move(here, ref, place), place
                items.settle(self.ledger, self.running, [(item.key, ref, folder_key(here))])
            items.start(self.ledger, self.running, [item.key], Intent.REPLACE)
            self.target.set_flags(here, ref, self.archived[item.key].flags)
        origin = item.origin or Origin.PUT
        items.finish(
            self.ledger, self.running, [Done(item.key, ref, verified, item.identity or "", folder_key(here), origin)]
        )

    def _is_replaced(self, item: Item, here: FolderPath, place: FolderPath) -> bool:
        """Where the message moved to, the target had a copy before: that one is adopted, and ours goes."""
        found = self.copies.take(place, item.identity)
        if found is None:
            return False
        items.start(self.ledger, self.running, [item.key], Intent.REMOVE)
        self.target.delete(here, [item.target_ref or ""])
        adopted = Done(item.key, found, Verified.FINGERPRINT, item.identity or "", folder_key(place), Origin.FOUND)
        items.finish(self.ledger, self.running, [adopted])
        return True

    def _each(self, item: Item, act: Callable[[], None]) -> None:
        try:
            act()
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            items.fail(self.ledger, self.running, [(item.key, failure)])
