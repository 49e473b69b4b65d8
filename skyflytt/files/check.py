"""Look once more: is every file that the ledger calls moved at the target, with the digest that was verified then?"""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.files.copy import content_digest, is_partial
from skyflytt.files.port import EntryKind, FileStore, ScanFailure
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload


@dataclass(frozen=True, slots=True)
class ShareCheck:
    """`changed` and `missing` are paths of moved files; `partial` are temporary files that were left behind."""

    files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    partial: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is as it was verified."""
        return not (self.changed or self.missing or self.partial)


def check_copies(ledger: Ledger, workload: Workload, target: FileStore, progress: Progress = untold) -> ShareCheck:
    """Read every moved file of the target back; memory grows only with what differs."""
    files, changed, missing = 0, [], []
    with ledger.reading() as connection:
        total = passes.state_counts(connection, workload).get(State.DONE, 0)
    for number, item in enumerate(items.stream(ledger, workload, State.DONE), 1):
        progress(number, total)
        if item.key.endswith("/"):
            continue
        files += 1
        digest = _digest(target, item.target_ref or item.key)
        if digest is None:
            missing.append(item.key)
        elif digest != item.identity:
            changed.append(item.key)
    entries = (entry for entry in target.scan() if not isinstance(entry, ScanFailure))
    partial = [entry.path for entry in entries if entry.kind is EntryKind.FILE and is_partial(entry.path)]
    return ShareCheck(files, tuple(changed), tuple(missing), tuple(partial))


def _digest(target: FileStore, path: str) -> str | None:
    try:
        return content_digest(target, path)
    except Permanent:
        return None
