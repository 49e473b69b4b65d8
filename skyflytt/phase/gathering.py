"""Waits for work that other runs do, and sees to it that somebody does it: runs that are lost are begun again, and what no worker takes
is done here. Whoever starts runs is behind a port (`Pool`), so that every case can be tried.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from skyflytt.errors.spread import NoOutcome, RunCancelled, RunLost
from skyflytt.ledger.outcomes import Outcome
from skyflytt.ledger.progress import Progress, untold
from skyflytt.phase.batches import PER_WORKER

MOST_LOSSES = 3
POLL_S = 2.0
PATIENCE_S = 45.0
"""How long runs may wait without any worker taking one, until they are done here."""
GRACE_S = 20.0
"""How long a run stays crashed before it counts as lost: the server's own automation may begin it again."""
OUTAGE_S = 1800.0
WAITS = "waits for a worker"


class Standing(StrEnum):
    """Where a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Child:
    """A run that works at some of the names; `message` is its state's."""

    id: str
    names: tuple[str, ...]
    standing: Standing
    message: str = ""


class PoolAway(Exception):
    """Whoever starts runs, or the ledger, does not answer at the moment."""


class Pool(Protocol):
    """Where runs are started. Every method may raise `PoolAway`."""

    def workers(self) -> int:
        """How many workers are there to take runs."""
        ...

    def children(self) -> list[Child]:
        """All runs of this task, in one question, those too that an earlier life of the waiting run has started."""
        ...

    def start(self, names: tuple[str, ...]) -> Child:
        """Begin a run; asked again for the same after a crash in between, it is the same run."""
        ...

    def withdraw(self, child: Child) -> bool:
        """Take back a run that nobody has begun; whether that succeeded."""
        ...


class Hands(Protocol):
    """Does work within the waiting run itself."""

    def begin(self, names: tuple[str, ...]) -> None:
        """Start to work at them; what becomes of each is kept among the outcomes."""
        ...

    def at_work(self) -> set[str]:
        """The names that have no outcome yet."""
        ...


@dataclass
class Gathering:
    """One task at many names. `run` returns when each has an outcome."""

    names: Sequence[str]
    pool: Pool
    hands: Hands
    outcomes: Callable[[], Mapping[str, Outcome]]
    deal: Callable[[Sequence[str], int], list[tuple[str, ...]]]
    tell: Callable[[str], None]
    progress: Progress = untold
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    _settled: dict[str, Outcome] = field(default_factory=dict)
    _in_hand: dict[str, Child] = field(default_factory=dict)
    _queue: list[tuple[str, ...]] = field(default_factory=list)
    _losses: Counter[str] = field(default_factory=Counter)
    _withdrawn: set[str] = field(default_factory=set)
    _crashed_at: dict[str, float] = field(default_factory=dict)
    _idle_since: float | None = None
    _alone: bool = False
    _away_since: float | None = None
    _told: int = 0

    def run(self) -> dict[str, Outcome]:
        """By name, in the order of the names. Raises `PoolAway` when that lasts longer than `OUTAGE_S`."""
        while True:
            try:
                self._look()
                if self._all_settled():
                    return {name: self._settled[name] for name in self.names}
                self._deal_out()
                self._help()
                self._away_since = None
            except PoolAway as away:
                self._be_patient(away)
            self.wait(POLL_S)

    def _all_settled(self) -> bool:
        return all(name in self._settled for name in self.names)

    def _look(self) -> None:
        # Runs first: one that has ended has left its outcomes before.
        busy = self.hands.at_work()
        children = self.pool.children()
        for name, outcome in self.outcomes().items():
            self._settled.setdefault(name, outcome)
        done = busy | self._covered(children) | self._settled.keys()
        # A run whose start was not answered may have been started all the same.
        self._queue = [some for batch in self._queue if (some := tuple(name for name in batch if name not in done))]
        queued = {name for batch in self._queue for name in batch}
        left = [name for name in self.names if name not in done and name not in queued]
        self._queue += self.deal(left, self.pool.workers()) if left else []
        self._report()

    def _report(self) -> None:
        settled = sum(name in self._settled for name in self.names)
        if settled != self._told:
            self._told = settled
            self.progress(settled, len(self.names))

    def _covered(self, children: Sequence[Child]) -> set[str]:
        """Names that a run works at; runs that have ended meanwhile are judged."""
        covered: set[str] = set()
        for child in children:
            if child.standing in (Standing.WAITING, Standing.RUNNING):
                self._in_hand[child.id] = child
                self._crashed_at.pop(child.id, None)
            elif child.id in self._in_hand and not self._may_come_back(child):
                del self._in_hand[child.id]
                self._idle_since, self._alone = None, False
                self._judge(child)
            if child.id in self._in_hand:
                covered |= set(child.names)
        return covered | {name for child in self._in_hand.values() for name in child.names}

    def _may_come_back(self, child: Child) -> bool:
        if child.standing is not Standing.CRASHED:
            return False
        return self.monotonic() - self._crashed_at.setdefault(child.id, self.monotonic()) < GRACE_S

    def _judge(self, child: Child) -> None:
        for name in child.names:
            if name in self._settled or child.id in self._withdrawn:
                continue
            if child.standing is Standing.CANCELLED:
                self._settled[name] = Outcome(failure=RunCancelled(name, child.message))
            elif child.standing is Standing.ENDED:
                self._settled[name] = Outcome(failure=NoOutcome(name, child.message))
            else:
                self._lose(name, child)

    def _lose(self, name: str, child: Child) -> None:
        self._losses[name] += 1
        if self._losses[name] >= MOST_LOSSES:
            self._settled[name] = Outcome(failure=RunLost(name, f"{MOST_LOSSES} times; {child.message}"))
        else:
            self.tell(f"the run with {name} was lost ({child.message}); another one goes on with it")

    def _deal_out(self) -> None:
        """So many runs as the workers can take at a time; without any worker, one batch after another is done here."""
        workers = self.pool.workers() if self._queue else 0
        while self._queue and len(self._in_hand) < workers * PER_WORKER:
            child = self.pool.start(self._queue[0])
            self._in_hand[child.id] = child
            del self._queue[0]
        if self._queue and not workers and not self._in_hand and not self.hands.at_work():
            self.tell("no worker of the pool is there: this run does the work itself")
            self.hands.begin(self._queue.pop(0))

    def _help(self) -> None:
        """When no worker takes what waits: this run may be what takes up the only place, and would wait for ever."""
        waiting = [child for child in self._in_hand.values() if child.standing is Standing.WAITING]
        if not waiting or len(waiting) < len(self._in_hand):
            self._idle_since, self._alone = None, False
            return
        if self._idle_since is None:
            self._idle_since = self.monotonic()
        idle_s = self.monotonic() - self._idle_since
        if self.hands.at_work() or idle_s < (0 if self._alone else PATIENCE_S):
            return
        if not self._alone:
            self.tell(
                f"{WAITS}: none has taken a run for {idle_s:.0f} s. Until one does, this run does the work itself"
            )
        self._alone = True
        self._take_over(waiting[-1])

    def _take_over(self, child: Child) -> None:
        if not self.pool.withdraw(child):
            return
        self._withdrawn.add(child.id)
        del self._in_hand[child.id]
        if left := tuple(name for name in child.names if name not in self._settled):
            self.hands.begin(left)

    def _be_patient(self, away: PoolAway) -> None:
        if self._away_since is None:
            self._away_since = self.monotonic()
        if self.monotonic() - self._away_since > OUTAGE_S:
            raise away
