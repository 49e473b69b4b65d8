"""A share's remembered listing and the ledger: which one holds, and when none does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from skyflytt.files.feed import change_feed
from skyflytt.files.port import Entry, FileStore, ScanFailure
from skyflytt.files.remembered import Remembered, told_of_disk
from skyflytt.ledger import items, sync_states
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload

SCOPE = "listing"
ASKED_FOR = 100
"""Entries that the source is asked for one by one; listing it anew is no more work."""


def can_remember(source: FileStore) -> bool:
    return source.capabilities.change_feed and not source.capabilities.links


def remembered_scan(ledger: Ledger, workload: Workload, source: FileStore, file: Path) -> Iterator[Entry | ScanFailure]:
    """The source's scan. The listing in `file` is used if it is the one that the ledger names: machines do not know of each other's."""
    with told_of_disk(file), Remembered(file, change_feed(source)) as kept:
        named = sync_states.token(ledger, workload, SCOPE) or ""
        kept.bring_up_to_date(named, ledger.clock.now())
        if kept.name != named:
            sync_states.set_token(ledger, workload, SCOPE, kept.name)
        kept.complete()
        yield from kept.scan()


def forget(ledger: Ledger, workload: Workload) -> None:
    """The next pass lists everything anew, wherever it runs."""
    if sync_states.token(ledger, workload, SCOPE):
        sync_states.set_token(ledger, workload, SCOPE, "")


def is_belied(ledger: Ledger, workload: Workload, source: FileStore) -> bool:
    """Whether something is there that the remembered listing does not have; not looked for where that is more work than listing anew."""
    missing = list(islice(_highest(ledger, workload), ASKED_FOR + 1))
    return len(missing) > ASKED_FOR or any(source.stat(path) is not None for path in missing)


def _highest(ledger: Ledger, workload: Workload) -> Iterator[str]:
    """What is gone, without what was below it. Below a folder, all keys follow it."""
    above = ""
    for item in items.stream(ledger, workload, State.GONE):
        if not above or not item.key.startswith(above):
            above = item.key if item.key.endswith("/") else ""
            yield item.key.rstrip("/")
