"""The steps of a pass over a large share, carried out by processes of a Dask cluster, on this machine or on others.

The pass itself stays one: one process lists, keeps the ledger and hands out steps, and each step is done once. Only looking, reading,
hashing, copying and comparing go elsewhere. Each process there has its own pair of connections.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any
from uuid import uuid4

from distributed import Client, Future, get_worker

from skyflytt.errors.base import Failure
from skyflytt.errors.spread import PartLost
from skyflytt.files.crew import Ended, NotOpened, OpenPair, Pair, Step, Stopped
from skyflytt.files.work import Outcome
from skyflytt.ledger.items import Done

LOOK_S = 1.0
LEFTOVERS_S = 600.0
MOVED = "moved"
Answer = tuple[list[Outcome], BaseException | None]


@dataclass
class DaskCrew:
    """As `skyflytt.files.crew.Crew`. `open_pair` is sent to the processes, and opens the share there; `share` is its label."""

    client: Client
    share: str
    open_pair: OpenPair
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = 1
    running: int = 0
    big_running: int = 0
    _token: str = field(default_factory=lambda: uuid4().hex)
    _steps: dict[str, tuple[Step, Future]] = field(default_factory=dict)
    _ended: SimpleQueue[str] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        """Waits for processes that still work for an earlier life of this pass: two would write into the same files."""
        # A step that was begun may have written: done a second time, it would meet with its own traces.
        self.client.run_on_scheduler(_never_again)
        until = time.monotonic() + LEFTOVERS_S
        while any(self.client.run(_steps_of, self.share, on_error="ignore").values()):
            if time.monotonic() > until:
                raise PartLost(self.share, "processes of an earlier run still work at it")
            time.sleep(LOOK_S)

    @property
    def has_room(self) -> bool:
        return self.running <= self.workers

    def resize(self, size: int) -> None:
        """So many steps at a time, one for each thread of the cluster at most."""
        self.workers = max(1, min(size, sum(self.client.nthreads().values())))

    def submit(self, step: Step) -> None:
        self.running += 1
        self.big_running += step.big
        key = f"skyflytt-{self._token}-{uuid4().hex}"
        order = _Order(self._token, self.share, self.open_pair, *_to_send(step))
        future = self.client.submit(_carried_out, order, key=key, retries=0)
        self._steps[key] = (step, future)
        future.add_done_callback(lambda ended: self._ended.put(ended.key))

    def news(self, timeout_s: float) -> list[Ended | NotOpened]:
        found: list[Ended | NotOpened] = []
        try:
            found.append(self._take(self._ended.get(timeout=timeout_s)))
            while True:
                found.append(self._take(self._ended.get_nowait()))
        except Empty:
            return found if self.client.status == "running" else [*found, *self._lost()]

    def close(self) -> list[Ended]:
        """Those that are at work stop at the next bytes; those that were not begun never are."""
        self.stop.set()
        found = []
        if self._steps:
            self._tell(_stop)
            while self._steps:
                found += [one for one in self.news(LOOK_S) if isinstance(one, Ended)]
        self._tell(_close_pairs)
        return found

    def _tell(self, what: Callable[[str], None]) -> None:
        """Every process that is there."""
        if self.client.status == "running":
            self.client.run(what, self._token, on_error="ignore")

    def _lost(self) -> list[Ended]:
        """The cluster itself is gone; its processes stop by themselves."""
        left, self._steps = list(self._steps.values()), {}
        self.running = self.big_running = 0
        return [Ended(step, [], PartLost(self.share, f"the cluster is {self.client.status}")) for step, _ in left]

    def _take(self, key: str) -> Ended:
        step, future = self._steps.pop(key)
        self.running -= 1
        self.big_running -= step.big
        try:
            outcomes, error = future.result()
        except BaseException as lost:
            return Ended(step, [], PartLost(self.share, f"{type(lost).__name__}: {lost}"))
        if not self.stop.is_set():
            _tell_moved(step, outcomes)
        return Ended(step, outcomes, error)


def _to_send(step: Step) -> tuple[partial[list[Outcome]], bool]:
    """The work without what belongs to this process, and whether it wants to tell of bytes."""
    if not isinstance(step.work, partial):
        raise TypeError("a step that cannot be sent")
    return partial(step.work.func, *step.work.args), MOVED in step.work.keywords


def _tell_moved(step: Step, outcomes: list[Outcome]) -> None:
    """All at once, when they are here."""
    moved = step.work.keywords.get(MOVED) if isinstance(step.work, partial) else None
    done = {one.key for one in outcomes if isinstance(one, Done)}
    if moved and isinstance(step.work, partial):
        for work in step.work.args[0]:
            if work.item.key in done:
                moved(work.entry.size_bytes)


# What follows happens in the processes of the cluster. They may be of several passes at once.


class _Here:
    """What this process has open, and who works in it; each thread has pairs of its own."""

    lock = threading.Lock()
    pairs: dict[tuple[str, int], tuple[ExitStack, Pair]] = {}  # noqa: RUF012 - one for the process, on purpose
    stopped: set[str] = set()  # noqa: RUF012
    at_work: dict[str, int] = {}  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class _Order:
    """What a process is to do."""

    token: str
    share: str
    open_pair: OpenPair
    work: Callable[..., list[Outcome]]
    tells_moved: bool


def _carried_out(order: _Order) -> Answer:
    go_on = partial(_go_on, order.token, get_worker().get_current_task())
    with _counted(order.share):
        try:
            go_on()
            source, target = _pair(order.token, order.open_pair)
            more = {MOVED: go_on} if order.tells_moved else {}
            return order.work(source, target, **more), None
        except (Failure, Stopped) as error:
            return [], error


def _go_on(token: str, key: Any, _size: int = 0) -> None:
    """Raises `Stopped` when nobody waits for it any more."""
    worker = get_worker()
    task = worker.state.tasks.get(key)
    # When whoever asked for it is gone, the scheduler has it forgotten; when the scheduler is gone, the worker closes.
    forgotten = task is None or task.state == "cancelled" or worker.status.name not in ("running", "paused")
    if forgotten or token in _Here.stopped:
        raise Stopped


def _pair(token: str, open_pair: OpenPair) -> Pair:
    place = (token, threading.get_ident())
    if place not in _Here.pairs:
        stack = ExitStack()
        pair = stack.enter_context(open_pair())
        with _Here.lock:
            _Here.pairs[place] = (stack, pair)
    return _Here.pairs[place][1]


@contextmanager
def _counted(share: str) -> Iterator[None]:
    with _Here.lock:
        _Here.at_work[share] = _Here.at_work.get(share, 0) + 1
    try:
        yield
    finally:
        with _Here.lock:
            _Here.at_work[share] -= 1


def _steps_of(share: str) -> int:
    return _Here.at_work.get(share, 0)


def _stop(token: str) -> None:
    _Here.stopped.add(token)


def _close_pairs(token: str) -> None:
    """Nobody works with them any more."""
    with _Here.lock:
        ours = [place for place in _Here.pairs if place[0] == token]
        stacks = [_Here.pairs.pop(place)[0] for place in ours]
    for stack in stacks:
        stack.close()
    _Here.stopped.discard(token)


def _never_again(dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = 0
