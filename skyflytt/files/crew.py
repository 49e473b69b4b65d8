"""Who carries out the steps of a pass: the caller itself over one pair of stores, or threads that each own a pair.

A step is handed a source and a target that nobody else uses meanwhile. What it returns or raises comes back to the one thread that
keeps the ledger.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol

from skyflytt.files.port import FileStore
from skyflytt.files.work import Outcome

Pair = tuple[FileStore, FileStore]
OpenPair = Callable[[], AbstractContextManager[Pair]]
"""Opens one more source and target, as guarded as the first."""


OPENING_S = 5
"""How long the end of a pass waits for a connection that is just being opened."""


class Stopped(BaseException):
    """The pass is over: what a worker is at is left where it is, and the next pass goes on with it."""


@dataclass(slots=True)
class Step:
    """`work` is done by a worker, `then` by the thread that keeps the ledger; `big` says that it may last.

    `work` is a `functools.partial` of what may be sent elsewhere, but for its `moved`, which is told bytes as they go.
    """

    work: Callable[[FileStore, FileStore], list[Outcome]]
    then: Callable[[list[Outcome]], None]
    big: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """A step that came to its end: its outcomes, or what it raised."""

    step: Step
    outcomes: list[Outcome]
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class NotOpened:
    """One more pair of connections was refused, or could not be opened for another reason."""

    error: BaseException


class AnyCrew(Protocol):
    """Whoever carries out steps: here, in threads, or in processes that may be on other machines.

    A step is done once or not at all: when it is not known what became of one, it comes back with an error, and the pass ends.
    """

    stop: threading.Event

    @property
    def workers(self) -> int:
        """How many are ready to work."""
        ...

    @property
    def running(self) -> int:
        """How many steps are under way."""
        ...

    @property
    def big_running(self) -> int:
        """How many of them may last."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether to submit one more."""
        ...

    def resize(self, size: int) -> None:
        """As many workers as this from now on, if there can be as many."""
        ...

    def submit(self, step: Step) -> None:
        """Have it done by one of them."""
        ...

    def news(self, timeout_s: float) -> list[Ended | NotOpened]:
        """What has come to its end; waits for it, but no longer than so many seconds."""
        ...

    def close(self) -> list[Ended]:
        """Stop everybody where they are, and wait for it; the steps that had come to their end. Nobody writes anything afterwards."""
        ...


MakeCrew = Callable[[int, int], "AnyCrew | None"]
"""Takes how many items are open and how many connections there may be; None for a pass that is done here."""


@dataclass
class Crew:
    """Threads, one per pair of connections; the first works with the pair that is there. `resize` opens and closes the others."""

    first: Pair
    open_pair: OpenPair
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = 1
    """How many are ready to work."""
    running: int = 0
    big_running: int = 0
    _size: int = 1
    _opening: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)
    _at_work: set[threading.Thread] = field(default_factory=set)
    _steps: SimpleQueue[Step | None] = field(default_factory=SimpleQueue)
    _news: SimpleQueue[Ended | NotOpened | None] = field(default_factory=SimpleQueue)

    def resize(self, size: int) -> None:
        """As many workers as this, from the next step on. Those that are too many close their connections."""
        self._size = max(1, size)
        if not self._threads:
            self._start(self._work_first)
        while self.workers + self._opening < self._size:
            self._opening += 1
            self._start(self._work_more)
        self._send_away()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"files-{len(self._threads) + 1}", daemon=True)
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def _send_away(self) -> None:
        """Only of those that are at work: one that is still being let in may be refused."""
        while self.workers > self._size:
            self.workers -= 1
            self._steps.put(None)

    @property
    def has_room(self) -> bool:
        """One step more than there are workers, so that nobody waits while the ledger is written."""
        return self.running <= self.workers

    def submit(self, step: Step) -> None:
        self.running += 1
        self.big_running += step.big
        self._steps.put(step)

    def news(self, timeout_s: float) -> list[Ended | NotOpened]:
        """What has come to its end; waits for it, but no longer than so many seconds."""
        found: list[Ended | NotOpened] = []
        try:
            self._take(self._news.get(timeout=timeout_s), found)
            while True:
                self._take(self._news.get_nowait(), found)
        except Empty:
            return found

    def _take(self, news: Ended | NotOpened | None, into: list[Ended | NotOpened]) -> None:
        if news is None:
            self._opening -= 1
            self.workers += 1
            self._send_away()
            return
        if isinstance(news, Ended):
            self.running -= 1
            self.big_running -= news.step.big
        else:
            self._opening -= 1
        into.append(news)

    def close(self) -> list[Ended]:
        """Stop everybody where they are, and wait for it; the steps that had come to their end."""
        self.stop.set()
        for _ in self._threads:
            self._steps.put(None)
        for thread in self._threads:
            # One that is still being let in holds nothing yet, and leaves as soon as it is.
            thread.join(None if thread in self._at_work else OPENING_S)
        return [one for one in self.news(0) if isinstance(one, Ended)]

    def _work_first(self) -> None:
        self._at_work.add(threading.current_thread())
        self._work(*self.first)

    def _work_more(self) -> None:
        opened = False
        try:
            with self.open_pair() as (source, target):
                opened = True
                self._at_work.add(threading.current_thread())
                self._news.put(None)
                self._work(source, target)
        except BaseException as error:
            if not opened:
                self._news.put(NotOpened(error))

    def _work(self, source: FileStore, target: FileStore) -> None:
        while (step := self._steps.get()) is not None:
            if self.stop.is_set():
                continue
            self._news.put(carried_out(step, source, target))


class Alone:
    """The caller does every step at once, in the order in which they are handed out."""

    workers = 1
    running = 0
    big_running = 0

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._news: list[Ended | NotOpened] = []
        self.stop = threading.Event()

    @property
    def has_room(self) -> bool:
        return not self._news

    def resize(self, size: int) -> None:
        """There is one pair, and no more."""

    def submit(self, step: Step) -> None:
        self._news.append(carried_out(step, *self._pair))

    def news(self, timeout_s: float) -> list[Ended | NotOpened]:  # noqa: ARG002
        news, self._news = self._news, []
        return news

    def close(self) -> list[Ended]:
        return []


def carried_out(step: Step, source: FileStore, target: FileStore) -> Ended:
    """The step's end, whatever it is."""
    try:
        return Ended(step, step.work(source, target))
    except BaseException as error:
        return Ended(step, [], error)
