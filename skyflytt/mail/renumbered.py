"""The target named a folder's messages anew (IMAP: its UIDVALIDITY changed, as after a restore): find our copies under their new refs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Origin, State, Verified
from skyflytt.mail.copies import Candidates, ReceivedAt
from skyflytt.mail.keys import folder_path
from skyflytt.mail.port import Fetched, MailTarget


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The part of a delivery pass that follows copies to their new refs, matched by identity. Nothing at the target is touched.

    Only refs of the form "<validity>:<number>" can go out of date. A copy that is not found again keeps its old ref. A stale copy is
    what the message was before it was edited: `earlier` gives the identities that it had.
    """

    ledger: Ledger
    running: Pass
    target: MailTarget
    earlier: Callable[[Item], Iterable[str]]
    received_at: ReceivedAt

    def follow(self, containers: Iterable[str]) -> None:
        """Give items of these target folders their copies' new refs."""
        asked = set(containers)
        known: dict[str, list[Item]] = defaultdict(list)
        for item in items.stream(self.ledger, self.running.workload) if asked else ():
            if item.target_ref is not None and item.target_container in asked:
                known[item.target_container].append(item)
        for container, there in known.items():
            self._follow_folder(container, there)

    def _follow_folder(self, container: str, known: Sequence[Item]) -> None:
        try:
            refs = self.target.refs(folder_path(container))
        except Permanent:
            return  # the folder is not there, so nothing has a new ref in it
        validity = validity_of(refs[0]) if refs else ""
        stale = [item for item in known if validity and validity_of(item.target_ref or "") not in ("", validity)]
        if not stale:
            return
        taken = {item.target_ref for item in known}
        new = self._read(container, [ref for ref in refs if ref not in taken])
        whole = [item for item in stale if item.verified is not Verified.STALE]
        pairs = new.pairs(whole)
        _record(self.ledger, self.running, container, [(one, pairs[one.key]) for one in whole if one.key in pairs])
        edited = ((item, self._before(item, new)) for item in stale if item.verified is Verified.STALE)
        items.renumber(self.ledger, self.running, [(item.key, ref) for item, ref in edited if ref])

    def _read(self, container: str, refs: Sequence[str]) -> Candidates:
        new = Candidates(self.received_at)
        for answer in self.target.fetch(folder_path(container), refs) if refs else ():
            if isinstance(answer, Fetched):
                new.add(answer)
        return new

    def _before(self, item: Item, new: Candidates) -> str | None:
        """The copy of what an edited message was before. An edit may have changed nothing that the identity is made of."""
        before = (*self.earlier(item), item.identity or "")
        return next((ref for identity in before if (ref := new.take_any(identity))), None)


def _record(ledger: Ledger, running: Pass, container: str, found: Sequence[tuple[Item, str]]) -> None:
    """What was done stays done, what is open stays open, what was announced stays so; whose copy it is stays as it was.

    Equal messages cannot be told apart, and each may have got the other's copy: ours are open again, so that each gets its own flags.
    """
    equal = Counter(item.identity for item, _ in found)
    settled = [
        Done(item.key, ref, Verified.FINGERPRINT, item.identity or "", container, item.origin or Origin.PUT)
        for item, ref in found
        if (item.state is State.DONE and (equal[item.identity] == 1 or item.origin is not Origin.PUT))
        or (item.state is State.SEEN and item.origin is Origin.FOUND)
    ]
    begun = [(item.key, ref) for item, ref in found if item.state is State.STARTED]
    finished = {done.key for done in settled} | {key for key, _ in begun}
    ours = [(item, ref) for item, ref in found if item.key not in finished and item.origin is Origin.PUT]
    items.renumber(ledger, running, begun)
    items.finish(ledger, running, settled)
    items.settle(ledger, running, [(item.key, ref, container) for item, ref in ours])
    items.record_gone(ledger, running.workload, [item.key for item, _ in ours if item.state is State.GONE])


def validity_of(ref: str) -> str:
    """What stands before the number; empty for refs of another form."""
    before, colon, _ = ref.partition(":")
    return before if colon else ""
