"""A share in a test: its source, its target, its passes, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from skyflytt.errors.base import Failure
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.passes import SharePass
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.ledger import items, projects
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.removals import REMOVAL_LIMIT
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from tests.faults.ledgers import PROJECT

MORNING = datetime(2026, 8, 1, 8, 0, tzinfo=UTC)


def put(store: FileStore, path: str, content: bytes = b"", hour: int = 0) -> None:
    """Write a file with a time of modification, as its owner would."""
    with store.write(path) as stream:
        stream.write(content)
    store.rename(path, path, MORNING + timedelta(hours=hour))


def content(store: FileStore, path: str) -> bytes:
    with store.read(path) as stream:
        return stream.read()


def tree(store: FileStore) -> dict[str, tuple[bytes, datetime] | None]:
    """Everything: files with content and time, folders as None."""
    found: dict[str, tuple[bytes, datetime] | None] = {}
    for entry in store.scan():
        assert isinstance(entry, Entry)
        is_file = entry.kind is EntryKind.FILE
        found[entry.key] = (content(store, entry.path), entry.modified) if is_file else None
    return found


def nothing_excluded(_key: str) -> bool:
    return False


@dataclass
class Share:
    """`run` is one pass, guarded as the phases guard it."""

    ledger: Ledger
    workload: Workload
    source: Any
    target: Any
    excluded: Callable[[str], bool] = nothing_excluded
    removal_limit: float = REMOVAL_LIMIT
    accounts: list[Account] = field(default_factory=list)

    def run(self) -> Account:
        target = AppendAfterCutover(self.target, lambda: projects.mode(self.ledger, PROJECT))
        share_pass = SharePass(
            self.ledger, self.workload, ReadOnly(self.source), target, self.excluded, removal_limit=self.removal_limit
        )
        account = share_pass.run()
        assert account.source == account.moved + account.skipped + account.failed
        self.accounts.append(account)
        return account

    def cut_over(self) -> None:
        assert projects.cut_over(self.ledger, PROJECT, "Åsa")

    def item(self, key: str) -> Item:
        found = items.get(self.ledger, self.workload, key)
        assert found is not None
        return found

    def states(self) -> dict[str, State]:
        return {item.key: item.state for item in items.stream(self.ledger, self.workload)}

    def codes(self, state: State = State.FAILED) -> dict[str, str]:
        return {item.key: item.code or "" for item in items.stream(self.ledger, self.workload, state)}


class Odd:
    """A source that misbehaves: scan results replaced or added, failures on reading, an act of the customer in between."""

    def __init__(self, store: FileStore) -> None:
        self.store = store
        self.unreadable: Mapping[str, Failure] = {}
        self.unlisted: dict[str, ScanFailure] = {}
        self.extra: list[Entry] = []
        self.while_read: dict[str, Callable[[], None]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        found: list[Entry | ScanFailure] = [*self.store.scan(below), *self.extra]
        lost = list(self.unlisted.values())
        for failure in lost:
            found = [one for one in found if not f"{one.key}/".startswith(f"{failure.path}/")]
        yield from sorted([*found, *lost], key=lambda one: one.key.encode())

    def read(self, path: str, offset: int = 0) -> Any:
        if path in self.unreadable:
            raise self.unreadable[path]
        if act := self.while_read.pop(path, None):
            act()
        return self.store.read(path, offset)

    def digest(self, path: str) -> str | None:
        if path in self.unreadable:
            raise self.unreadable[path]
        return self.store.digest(path)
