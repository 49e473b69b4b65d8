"""Messages at the target that the ledger does not know: left by a pass that was cut off, or there before the project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from skyflytt.errors.base import Permanent
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, FolderPath, MailTarget

ReceivedAt = Callable[[Item], datetime | None]
"""When the item's message was received; None where nobody knows."""


@dataclass(slots=True)
class Candidates:
    """Copies in one folder by their identity; each is given out once, so that duplicates stay duplicates.

    Of equal messages each gets the copy that was received when it was: their flags may differ, and would change places.
    """

    received_at: ReceivedAt
    _copies: dict[str, list[tuple[str, datetime | None]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, copy: Fetched) -> None:
        self._copies[fingerprint(copy.raw).fingerprint].append((copy.ref, copy.received))

    def take(self, item: Item) -> str | None:
        """The ref of a copy of this message, or None."""
        return self.pairs([item]).get(item.key)

    def take_any(self, identity: str) -> str | None:
        """The ref of a copy with this identity, whenever it was received, or None."""
        copies = self._copies.get(identity)
        return copies.pop()[0] if copies else None

    def pairs(self, wanting: Sequence[Item]) -> dict[str, str]:
        """Refs by the items' keys; those that got none are left out."""
        pairs: dict[str, str] = {}
        for item in wanting:
            copies = self._copies.get(item.identity or "", [])
            place = _same_hour(copies, self.received_at(item)) if len(copies) > 1 else None
            if place is not None:
                pairs[item.key] = copies.pop(place)[0]
        for item in wanting:
            if item.key not in pairs and (ref := self.take_any(item.identity or "")):
                pairs[item.key] = ref
        return pairs


def _same_hour(copies: Iterable[tuple[str, datetime | None]], received: datetime | None) -> int | None:
    """Where a copy stands that was received then, to the second, which is what IMAP keeps."""
    if received is None:
        return None
    second = received.replace(microsecond=0)
    return next((at for at, (_, one) in enumerate(copies) if one and one.replace(microsecond=0) == second), None)


@dataclass(slots=True)
class UnknownCopies:
    """Looks into each target folder once, at the first question."""

    ledger: Ledger
    workload: Workload
    target: MailTarget
    received_at: ReceivedAt
    _known: dict[str, set[str]] | None = None
    _unknown: dict[str, Candidates] = field(default_factory=dict)

    def looked_into(self, folder: FolderPath) -> bool:
        """Whether `inside` answers for this folder without asking the target."""
        return folder_key(folder) in self._unknown

    def inside(self, folder: FolderPath) -> Candidates:
        """The copies in `folder` that no item has yet. Raises `Permanent` for a folder that is there and cannot be looked into."""
        key = folder_key(folder)
        if key not in self._unknown:
            self._unknown[key] = self._look(folder)
        return self._unknown[key]

    def _look(self, folder: FolderPath) -> Candidates:
        found = Candidates(self.received_at)
        try:
            there = self.target.refs(folder)
        except Permanent:
            # One that is not there has nothing in it. Of one that is there nobody knows what it holds: nothing is written into it.
            if folder_key(folder) in {folder_key(one.path) for one in self.target.folders()}:
                raise
            return found
        unknown = sorted(set(there) - self._known_refs().get(folder_key(folder), set()))
        # What cannot be read is asked for once more: it may be ours, which then would be written again.
        unread = self._read(folder, unknown, found)
        self._read(folder, unread, found)
        return found

    def _read(self, folder: FolderPath, refs: Sequence[str], into: Candidates) -> list[str]:
        """Those that could not be read."""
        unread = []
        for answer in self.target.fetch(folder, refs) if refs else ():
            if isinstance(answer, Fetched):
                into.add(answer)
            else:
                unread.append(answer.ref)
        return unread

    def _known_refs(self) -> dict[str, set[str]]:
        if self._known is None:
            self._known = defaultdict(set)
            for item in items.stream(self.ledger, self.workload):
                if item.target_ref is not None:
                    self._known[item.target_container or ""].add(item.target_ref)
        return self._known
