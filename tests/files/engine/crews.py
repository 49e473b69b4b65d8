"""A share that is moved over several connections, each with stores of its own, and what was seen of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileCapabilities
from skyflytt.ledger import projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.workloads import Workload, ensure_workload
from tests.faults.ledgers import PROJECT, copy_ledger, quick_folder
from tests.files.engine.shares import Share


def as_it_is(store: Any) -> Any:
    return store


def unheard(_path: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class WatchedLedger(Ledger):
    """Remembers which threads wrote."""

    writers: set[int] = field(default_factory=set)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.writers.add(threading.get_ident())
        with super().writing() as connection:
            yield connection


class Watched:
    """A store of one worker: tells of renames, and of a second thread that uses it."""

    def __init__(self, inner: Any, many: Many) -> None:
        self._inner = inner
        self._many = many
        self._threads: set[int] = set()

    @property
    def capabilities(self) -> FileCapabilities:
        return self._many.capabilities or self._inner.capabilities  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def write(self, path: str, offset: int = 0) -> Any:
        self._threads.add(threading.get_ident())
        self._many.workers.add(threading.get_ident())
        if len(self._threads) > 1:
            self._many.shared.append(path)
        return self._inner.write(path, offset)

    def rename(self, path: str, to: str, modified: Any = None) -> None:
        self._inner.rename(path, to, modified)
        self._many.renamed(to)


@dataclass
class Many(Share):
    """`run` is one pass; `open_pair` opens the same folders once more. `wrap_*` are put around each worker's own store."""

    folder: Path = Path()
    wrap_source: Callable[[Any], Any] = as_it_is
    wrap_target: Callable[[Any], Any] = as_it_is
    renamed: Callable[[str], None] = unheard
    capabilities: FileCapabilities | None = None
    before_opening: Callable[[int], None] = lambda _number: None
    progress: Progress = untold
    waited: list[float] = field(default_factory=list)
    opened: int = 0
    open_now: int = 0
    most_open: int = 0
    shared: list[str] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def writers(self) -> set[int]:
        assert isinstance(self.ledger, WatchedLedger)
        return self.ledger.writers

    @contextmanager
    def pair(self) -> Iterator[tuple[Any, Any]]:
        with self._lock:
            self.opened += 1
            number = self.opened
        self.before_opening(number)
        with (
            open_local(SimpleNamespace(root=self.folder / "source")) as source,
            open_local(SimpleNamespace(root=self.folder / "target")) as target,
        ):
            with self._lock:
                self.open_now += 1
                self.most_open = max(self.most_open, self.open_now)
            try:
                wrapped = self.wrap_target(Watched(target, self))
                guarded = AppendAfterCutover(wrapped, lambda: projects.mode(self.ledger, PROJECT))
                yield ReadOnly(self.wrap_source(source)), guarded
            finally:
                with self._lock:
                    self.open_now -= 1

    def run(self, connections: int = 3) -> Account:
        with self.pair() as (source, target):
            account = SharePass(
                self.ledger,
                self.workload,
                source,
                target,
                self.excluded,
                removal_limit=self.removal_limit,
                open_pair=self.pair,
                connections=connections,
                progress=self.progress,
                wait=self.waited.append,
            ).run()
        assert account.source == account.moved + account.skipped + account.failed
        self.accounts.append(account)
        return account


@pytest.fixture
def many(template: Path) -> Iterator[Many]:
    with opened_many(template) as opened:
        yield opened


@contextmanager
def opened_many(template: Path) -> Iterator[Many]:
    """An empty share with a fresh ledger, on a disk in memory."""
    with quick_folder() as folder, ExitStack() as opened:
        plain = copy_ledger(template, folder / "ledger.sqlite")
        workload: Workload = ensure_workload(plain, PROJECT, "share", "gemensam")
        stores = []
        for name in ("source", "target"):
            (folder / name).mkdir()
            stores.append(opened.enter_context(open_local(SimpleNamespace(root=folder / name))))
        yield Many(WatchedLedger(plain.engine, plain.clock), workload, *stores, folder=folder)
        plain.engine.dispose()
