"""Copies whose message was edited at the source: which of them are stale, and how ours are replaced.

The order is fixed: the replacement is announced, the new copy is written and read back, the old one is deleted, the ledger says so. A
pass that is cut off in between finds at the target what it had come to, by the new content and the old copy's ref.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.mail import MessageAltered, MessageRefused
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent, Mode, Origin, Verified
from skyflytt.mail.keys import folder_key, folder_path
from skyflytt.mail.outgoing import Outgoing
from skyflytt.mail.port import FolderPath, MailTarget, NewMessage
from skyflytt.mail.written import ReadBack, put_and_read_back, read_back_from

EARLIER_STAYS = (
    "mail.earlier-version-stays",
    "It was edited in the old mailbox. The version that the new mailbox already had is not ours to change, and stays beside the new one.",
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """The part of a delivery pass that deals with edited messages, in batches of one source folder."""

    ledger: Ledger
    running: Pass
    target: MailTarget
    outgoing: Outgoing

    def replaces(self, item: Item) -> bool:
        """Whether its copy may be replaced: before the cutover, and this project made it."""
        return item.origin is Origin.PUT and self.running.mode is Mode.MIRROR

    def still_good(self, stale: Sequence[Item]) -> dict[str, Verified]:
        """By key: copies that are what the archive has now. One that is replaced must be so to the byte.

        A copy that is not replaced would be joined by another one, so the fingerprint is enough.
        """
        asked: dict[FolderPath, dict[str, Item]] = defaultdict(dict)
        for item in stale:
            if not (self.replaces(item) and self.outgoing.has_stream(item)):
                asked[folder_path(item.target_container or "")][item.target_ref or ""] = item
        good = {}
        for folder, there in asked.items():
            for ref, how in self.outgoing.compared(there, self._looked_at(folder, there)).items():
                if how is Verified.BYTES or not self.replaces(there[ref]):
                    good[there[ref].key] = how
        return good

    def _looked_at(self, folder: FolderPath, there: dict[str, Item]) -> dict[str, ReadBack]:
        digests = {ref: self.outgoing.digest(item) for ref, item in there.items()}
        try:
            return read_back_from(self.target, folder, digests)
        except Permanent:
            return {}  # the folder is not there, so no copy is

    def replace(self, stale: Sequence[Item], place: FolderPath) -> None:
        """Write the new content, verify it, delete the old copy; every item ends as done or failed.

        Raises what ends the whole pass.
        """
        ready = self._ready(stale)
        if not ready:
            return
        items.start(self.ledger, self.running, [item.key for item, _ in ready], Intent.REPLACE)
        digests = [self.outgoing.digest(item) for item, _ in ready]
        messages = [message for _, message in ready]
        answers, read_back = put_and_read_back(self.target, place, messages, digests)
        written: dict[str, Item] = {}
        refusals: list[tuple[str, Failure]] = []
        for (item, _), answer in zip(ready, answers, strict=True):
            if isinstance(answer, Failure):
                refusals.append((item.key, answer))
            elif answer == item.target_ref or answer in written:
                refusals.append((item.key, MessageRefused(item.key, "it was merged with an equal message")))
            else:
                written[answer] = item
        items.fail(self.ledger, self.running, refusals)
        self._conclude(written, read_back, place)
        for key, refusal in refusals:
            if ends_the_pass(refusal):
                raise type(refusal)(key, refusal.detail, retry_after_s=refusal.retry_after_s)

    def _ready(self, stale: Sequence[Item]) -> list[tuple[Item, NewMessage]]:
        ready = []
        for item in stale:
            try:
                ready.append((item, self.outgoing.message(item)))
            except Failure as failure:
                items.fail(self.ledger, self.running, [(item.key, failure)])
        return ready

    def _conclude(self, written: dict[str, Item], read_back: dict[str, ReadBack], place: FolderPath) -> None:
        compared = self.outgoing.compared(written, {ref: read_back[ref] for ref in written if ref in read_back})
        for ref, item in written.items():
            failure = (
                self._removed(folder_path(item.target_container or ""), item.target_ref or "")
                if ref in compared
                else MessageAltered(item.key, "it was read back")
            )
            if failure is None:
                done = Done(item.key, ref, compared[ref], item.identity or "", folder_key(place))
                items.finish(self.ledger, self.running, [done])
            else:
                # The old copy is there as before, and the next pass tries again: what was written now would be there twice.
                self._removed(place, ref)
                items.fail(self.ledger, self.running, [(item.key, failure)])

    def _removed(self, folder: FolderPath, ref: str) -> Failure | None:
        try:
            self.target.delete(folder, [ref])
        except Permanent as failure:
            return failure
        return None
