"""Look once more: is every file that the ledger calls moved at the target, with the digest that was verified then?"""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.errors.base import Permanent
from skyflytt.files.altered import is_as_kept
from skyflytt.files.copy import content_digest, is_partial
from skyflytt.files.linking import link_digest
from skyflytt.files.links import read_link
from skyflytt.files.listing import LINK
from skyflytt.files.names.places import Places, places_of
from skyflytt.files.port import EntryKind, FileStore, ScanFailure
from skyflytt.files.recycled import recycled
from skyflytt.ledger import items, passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload


@dataclass(frozen=True, slots=True)
class ShareCheck:
    """`changed` and `missing` are paths of moved files; `partial` are temporary files that were left behind.

    `renamed` is what was moved and is called otherwise there: its path, and its place at the target (folders end in a slash).
    """

    files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    partial: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    recycled: tuple[str, ...] = ()
    """Those of `missing` that are in the target's recycle bin, where it has one that can be looked into."""
    altered: tuple[str, ...] = ()
    """Moved files that the target altered after it had taken them, and that still have the form that was told then."""

    @property
    def holds(self) -> bool:
        """Whether everything is as it was verified."""
        return not (self.changed or self.missing or self.partial)


def check_copies(ledger: Ledger, workload: Workload, target: FileStore, progress: Progress = untold) -> ShareCheck:
    """Read every moved file of the target back, where it is there; memory grows only with what differs, and with other names."""
    files, changed, missing, renamed, altered = 0, [], [], [], []
    places = places_of(ledger, workload, None)
    with ledger.reading() as connection:
        total = passes.state_counts(connection, workload).get(State.DONE, 0)
    for number, item in enumerate(items.stream(ledger, workload, State.DONE), 1):
        progress(number, total)
        if item.target_ref is not None and places.other_name(item.key.rstrip("/")) is not None:
            renamed.append((item.key, item.target_ref))
        if item.key.endswith("/"):
            continue
        files += 1
        digest = _digest(target, item)
        if digest is None:
            missing.append(item.key)
        elif digest != item.identity and is_as_kept(target, item.target_ref or item.key, item.code, item.detail):
            altered.append(item.key)
        elif digest != item.identity:
            changed.append(item.key)
    entries = (entry for entry in target.scan() if not isinstance(entry, ScanFailure))
    partial = [entry.path for entry in entries if entry.kind is EntryKind.FILE and is_partial(entry.path)]
    binned = _binned(target, missing, places)
    return ShareCheck(files, tuple(changed), tuple(missing), tuple(partial), tuple(renamed), binned, tuple(altered))


def _binned(target: FileStore, missing: list[str], places: Places) -> tuple[str, ...]:
    at = {places.of(key): key for key in missing}
    found = recycled(target, list(at))
    return tuple(key for place, key in at.items() if place in found)


def _digest(target: FileStore, item: items.Item) -> str | None:
    path = item.target_ref or item.key
    try:
        if item.version.startswith(LINK):
            return link_digest(read_link(target, path))
        return content_digest(target, path)
    except Permanent:
        return None
