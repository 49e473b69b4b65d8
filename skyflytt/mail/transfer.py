"""Settle open messages of one folder: adopt, append, move or mark; verify; record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.mail import MessageAltered, MessageRefused
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, Origin, Verified
from skyflytt.mail.copies import UnknownCopies
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.outgoing import Outgoing
from skyflytt.mail.port import FolderPath, MailTarget
from skyflytt.mail.renewal import EARLIER_STAYS, Renewal
from skyflytt.mail.written import ReadBack, put_and_read_back, read_back_from


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch on its way: announced in the ledger, being written and read back by the other thread."""

    items: Sequence[Item]
    place: FolderPath
    outcome: Future[tuple[Sequence[str | Failure], dict[str, ReadBack]]]


@dataclass(slots=True)
class Transfer:
    """The writing half of a delivery pass: while one batch is written and read back, the next is taken out of the archive.

    A context: what is on its way is waited for. The target is used by one thread at a time.
    """

    ledger: Ledger
    running: Pass
    target: MailTarget
    outgoing: Outgoing
    places: Mapping[FolderPath, FolderPath]
    copies: UnknownCopies
    _sender: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "delivery"))
    _sent: Sent | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sender.shutdown()

    def settle(self, batch: Sequence[Item]) -> None:
        """Every item of the batch (all of one source folder) ends as done or failed, at the latest when `conclude` returns.

        Raises what ends the whole pass.
        """
        place = self.places[folder_path(batch[0].container)]
        if not self.copies.looked_into(place):
            self.conclude()
        self._adopt([item for item in batch if item.target_ref is None], place)
        known = [item for item in batch if item.target_ref is not None]
        if known:
            self.conclude()
        stale = [item for item in known if item.verified is Verified.STALE]
        for item in known:
            if item.verified is not Verified.STALE:
                self._each(item, lambda item=item: self._settle_copy(item, place))  # type: ignore[misc]
        if stale:
            self._settle_stale(stale, place)

    def _settle_stale(self, stale: Sequence[Item], place: FolderPath) -> None:
        """Their content was edited at the source: our copies are replaced, others are joined by the new version."""
        renewal = Renewal(self.ledger, self.running, self.target, self.outgoing)
        good = renewal.still_good(stale)
        replaced, joined = [], []
        for item in stale:
            if item.key in good:
                known = item._replace(verified=good[item.key])
                if renewal.replaces(item):
                    # What is announced of it from here on is not that it is replaced.
                    items.settle(self.ledger, self.running, [(item.key, item.target_ref, item.target_container or "")])
                self._each(item, lambda known=known: self._settle_copy(known, place))  # type: ignore[misc]
            elif not renewal.replaces(item):
                joined.append(item)
            elif not self._each(item, lambda item=item: self._is_replaced(item, place)):  # type: ignore[misc]
                replaced.append(item)
        renewal.replace(replaced, place)
        self._adopt(joined, place)

    def conclude(self) -> None:
        """Wait for the batch that is on its way, and record what became of each message."""
        sent, self._sent = self._sent, None
        if sent is None:
            return
        answers, read_back = sent.outcome.result()
        put: dict[str, Item] = {}
        refused: list[tuple[str, Failure]] = []
        for item, answer in zip(sent.items, answers, strict=True):
            if isinstance(answer, Failure):
                refused.append((item.key, answer))
            elif put.setdefault(answer, item) is not item:
                refused.append((item.key, MessageRefused(item.key, "it was merged with an equal message")))
        items.fail(self.ledger, self.running, refused)
        if put:
            self._verify(put, read_back, sent.place)
        for key, refusal in refused:
            if ends_the_pass(refusal):
                raise type(refusal)(key, refusal.detail, retry_after_s=refusal.retry_after_s)

    def _adopt(self, new: Sequence[Item], place: FolderPath) -> None:
        found, absent = [], []
        try:
            pairs = self.copies.inside(place).pairs(new)
        except Permanent as unseen:
            # Written unseen, what a pass that was cut off had written already would be there twice.
            items.fail(self.ledger, self.running, [(item.key, unseen) for item in new])
            return
        for item in new:
            ref = pairs.get(item.key)
            if ref is None:
                absent.append(item)
            else:
                identity, container = item.identity or "", folder_key(place)
                found.append(
                    Done(item.key, ref, Verified.FINGERPRINT, identity, container, Origin.FOUND, _remark(item))
                )
        items.finish(self.ledger, self.running, found)
        if absent:
            self._append(absent, place)

    def _append(self, absent: Sequence[Item], place: FolderPath) -> None:
        messages, ready = [], []
        for item in absent:
            try:
                messages.append(self.outgoing.message(item))
            except Failure as failure:
                items.fail(self.ledger, self.running, [(item.key, failure)])
                continue
            ready.append(item)
        self.conclude()
        if not ready:
            return
        items.start(self.ledger, self.running, [item.key for item in ready], Intent.PUT)
        digests = [self.outgoing.digest(item) for item in ready]
        self._sent = Sent(ready, place, self._sender.submit(put_and_read_back, self.target, place, messages, digests))

    def _verify(self, put: Mapping[str, Item], read_back: Mapping[str, ReadBack], place: FolderPath) -> None:
        """A copy that differs keeps its place in the ledger, so that it is never written twice."""
        compared = self.outgoing.compared(put, read_back)
        container = folder_key(place)
        done = [
            Done(put[ref].key, ref, how, put[ref].identity or "", container, remark=_remark(put[ref]))
            for ref, how in compared.items()
        ]
        items.finish(self.ledger, self.running, done)
        altered = [(item.key, ref) for ref, item in put.items() if ref not in compared]
        items.settle(self.ledger, self.running, [(key, ref, container) for key, ref in altered])
        items.fail(self.ledger, self.running, [(key, MessageAltered(key, "it was read back")) for key, _ in altered])

    def _verified_copy(self, item: Item, here: FolderPath) -> Verified | None:
        ref = item.target_ref or ""
        read_back = read_back_from(self.target, here, {ref: self.outgoing.digest(item)})
        return self.outgoing.compared({ref: item}, read_back).get(ref)

    def _settle_copy(self, item: Item, place: FolderPath) -> None:
        """The message has a copy at the target: it was cut off, moved, or its flags changed."""
        ref, here = item.target_ref or "", folder_path(item.target_container or "")
        verified = item.verified or self._verified_copy(item, here)
        if verified is None:
            raise MessageAltered(item.key, "it was read back")
        if item.origin is Origin.PUT and self.running.mode is Mode.MIRROR:
            if here != place:
                if self._is_replaced(item, place):
                    return
                items.start(self.ledger, self.running, [item.key], Intent.MOVE)
                ref, here = self.target.move(here, ref, place), place
                items.settle(self.ledger, self.running, [(item.key, ref, folder_key(here))])
            items.start(self.ledger, self.running, [item.key], Intent.REPLACE)
            self.target.set_flags(here, ref, self.outgoing.flags(item))
        origin = item.origin or Origin.PUT
        items.finish(
            self.ledger, self.running, [Done(item.key, ref, verified, item.identity or "", folder_key(here), origin)]
        )

    def _is_replaced(self, item: Item, place: FolderPath) -> bool:
        """Where the message moved to, or as it is now, the target had a copy before: that one is adopted, and ours goes."""
        found = self.copies.inside(place).take(item)
        if found is None:
            return False
        items.start(self.ledger, self.running, [item.key], Intent.REMOVE)
        self.target.delete(folder_path(item.target_container or ""), [item.target_ref or ""])
        adopted = Done(item.key, found, Verified.FINGERPRINT, item.identity or "", folder_key(place), Origin.FOUND)
        items.finish(self.ledger, self.running, [adopted])
        return True

    def _each(self, item: Item, act: Callable[[], bool | None]) -> bool:
        """What the act comes to; True also where it failed, and the item with it."""
        try:
            return bool(act())
        except Failure as failure:
            if ends_the_pass(failure):
                raise
            items.fail(self.ledger, self.running, [(item.key, failure)])
            return True


def _remark(item: Item) -> tuple[str, str] | None:
    return EARLIER_STAYS if item.verified is Verified.STALE else None
