"""Look once more: is every file that the ledger calls moved at the target, with the digest that was verified then?"""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.files.copy import content_digest, is_partial
from skyflytt.files.port import EntryKind, FileStore, ScanFailure
from skyflytt.ledger import items
from skyflytt.ledger.schema import State
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_target


@dataclass(frozen=True, slots=True)
class ShareCheck:
    """`changed` and `missing` are paths of moved files; `partial` are temporary files that were left behind."""

    files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    partial: tuple[str, ...]


def verify_share(migration: Migration, name: str) -> ShareCheck:
    """Read every moved file of the target back; memory grows only with what differs."""
    files, changed, missing = 0, [], []
    with open_target(migration, migration.project.share(name)) as target:
        for item in items.stream(migration.ledger, migration.workload("share", name), State.DONE):
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
