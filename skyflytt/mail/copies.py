"""Messages at the target that the ledger does not know: left by a pass that was cut off, or there before the project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from skyflytt.errors.base import Permanent
from skyflytt.ledger import items
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, FolderPath, MailTarget


@dataclass(slots=True)
class UnknownCopies:
    """Looks into each target folder once, at the first question; every copy is given out once, so that duplicates stay duplicates."""

    ledger: Ledger
    workload: Workload
    target: MailTarget
    _known: dict[str, set[str]] | None = None
    _unknown: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def looked_into(self, folder: FolderPath) -> bool:
        """Whether `take` answers for this folder without asking the target."""
        return folder_key(folder) in self._unknown

    def take(self, folder: FolderPath, identity: str | None) -> str | None:
        """The ref of a copy of this message in `folder` that no item has yet, or None."""
        key = folder_key(folder)
        if key not in self._unknown:
            self._unknown[key] = self._look(folder)
        refs = self._unknown[key].get(identity or "")
        return refs.pop() if refs else None

    def _look(self, folder: FolderPath) -> dict[str, list[str]]:
        by_identity: dict[str, list[str]] = defaultdict(list)
        try:
            there = self.target.refs(folder)
        except Permanent:
            return by_identity  # the folder is not there, so nothing is in it
        unknown = sorted(set(there) - self._known_refs().get(folder_key(folder), set()))
        # What cannot be read is asked for once more: it may be ours, which then would be written again.
        unread = self._read(folder, unknown, by_identity)
        self._read(folder, unread, by_identity)
        return by_identity

    def _read(self, folder: FolderPath, refs: Sequence[str], into: dict[str, list[str]]) -> list[str]:
        """Those that could not be read."""
        unread = []
        for answer in self.target.fetch(folder, refs) if refs else ():
            if isinstance(answer, Fetched):
                into[fingerprint(answer.raw).fingerprint].append(answer.ref)
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
