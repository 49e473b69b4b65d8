"""Bring every open item to its end: look, announce, act, record. Workers look and act; one thread keeps the ledger.

Folders come first, in the order of their keys, so that a folder that a copy brings with it is never taken for somebody else's. Then
files, in two lanes. What waits for a copy to be moved away, and what somebody was working in, comes last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from sqlalchemy import ColumnElement

from skyflytt.errors.base import Failure
from skyflytt.files.acting import act
from skyflytt.files.crew import Alone, AnyCrew, Crew, Ended, MakeCrew, NotOpened, OpenPair, Step, Stopped
from skyflytt.files.each import WRITE_EACH
from skyflytt.files.lanes import BIG_BYTES, FEW_ITEMS, GROUP_ITEMS, Lane, alone, groups, lane_for
from skyflytt.files.limit import AdaptiveLimit
from skyflytt.files.looking import Looking
from skyflytt.files.meter import Meter
from skyflytt.files.moves import lent_places
from skyflytt.files.names.places import Places
from skyflytt.files.outcomes import Outcomes
from skyflytt.files.port import FileStore
from skyflytt.files.settle import looked_up
from skyflytt.files.work import Ends, Found, Moving, Needs, Outcome, Unknown, Work, work_of
from skyflytt.ledger import items, projects
from skyflytt.ledger.items import Item, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, state_counts
from skyflytt.ledger.progress import Progress, moved
from skyflytt.ledger.schema import Mode, Origin, State
from skyflytt.ledger.schema import item as item_table

TRIES = 3
"""How often a file is tried in one pass while somebody works in it."""
PATIENCE = 6
"""How often in a row a server may ask us to wait before the pass is left for later."""
FIRST_WAIT_S = 1.0
TICK_S = 0.25
IS_FOLDER = item_table.c.key.like("%/")
IS_SMALL = item_table.c.key.not_like("%/") & (item_table.c.size_bytes < BIG_BYTES)
IS_BIG = item_table.c.key.not_like("%/") & (item_table.c.size_bytes >= BIG_BYTES)


@dataclass
class Transfer:
    """The writing half of a pass over a share."""

    ledger: Ledger
    running: Pass
    source: FileStore
    target: FileStore
    places: Places
    progress: Progress
    open_pair: OpenPair | None = None
    connections: int = 1
    """At most so many pairs of connections, if both stores can have as many."""
    make_crew: MakeCrew | None = None
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    _again: list[Item] = field(default_factory=list)
    _deferred: list[Item] = field(default_factory=list)
    _tries: dict[str, int] = field(default_factory=dict)
    _busy: int = 0
    _asked_to_wait: Failure | None = None
    _settled: int = 0

    def __post_init__(self) -> None:
        ceiling = min(self.connections, *(store.capabilities.max_connections for store in (self.source, self.target)))
        pair = (self.source, self.target)
        self._limit = AdaptiveLimit(ceiling)
        self._crew: AnyCrew = Alone(pair) if self.open_pair is None or ceiling < 2 else Crew(pair, self.open_pair)
        self._meter = Meter(self.monotonic, self._check_stop, partial(moved, self.progress))
        self._outcomes = Outcomes(self.ledger, self.running)
        self._looking = self._look_with(State.SEEN, State.FAILED)
        self._ready: dict[Lane, list[Step]] = {lane: [] for lane in Lane}

    def run(self) -> None:
        """Every open item ends as done, skipped or failed; raises what ends the whole pass, with nothing half recorded."""
        with self.ledger.reading() as connection:
            self._total = state_counts(connection, self.running.workload).get(State.SEEN, 0)
        if not self._total:
            return
        if self.make_crew and (crew := self.make_crew(self._total, self._limit.ceiling)):
            self._crew = crew
        try:
            self._crew.resize(min(self._limit.limit, self._total))
            self._folders()
            self._drive(self._grouped(self._works(IS_SMALL)), alone(self._works(IS_BIG)))
            self._take_again()
            self._looking = self._look_with(State.FAILED)
            # In their order and one after another: one makes room for the next.
            self._drive(iter([[self._work(item) for item in self._deferred]] if self._deferred else []), iter(()))
            self._take_again()
        finally:
            self._finish()

    def _finish(self) -> None:
        for ended in self._crew.close():
            self._outcomes.keep_done(ended.outcomes)
        self._outcomes.write()

    def _check_stop(self) -> None:
        if self._crew.stop.is_set():
            raise Stopped

    def _look_with(self, *states: State) -> Looking:
        lent = lent_places(self.ledger, self.running, self.places, *states)
        cut_over = projects.mode(self.ledger, self.running.workload.project) is Mode.APPEND
        return Looking(self.running.mode, lent, cut_over)

    def _work(self, item: Item) -> Work:
        return work_of(item, self.places)

    def _works(self, only: ColumnElement[bool]) -> Iterator[Work]:
        """The open items for which `only` holds; those that wait are put aside."""
        stream = items.stream(self.ledger, self.running.workload, State.SEEN, only=only)
        return (work for item in stream if not self._puts_aside(work := self._work(item)))

    def _grouped(self, works: Iterable[Work]) -> Iterator[list[Work]]:
        together = isinstance(self._crew, Alone) or WRITE_EACH in self.target.capabilities.at_once
        return groups(works, GROUP_ITEMS if together else FEW_ITEMS)

    def _puts_aside(self, work: Work) -> bool:
        if waits := self._looking.waits(work):
            self._deferred.append(work.item)
        return waits

    def _folders(self) -> None:
        """A wave is looked at as a whole before anything of it is made; then it is made level by level, outermost first."""
        for wave in items.batches(self._grouped(self._works(IS_FOLDER)), 2 * self._limit.ceiling):
            needed: list[Needs] = []
            self._drive(iter(wave), iter(()), hold=needed)
            needed.sort(key=lambda one: one.work.path.count("/"))
            for _, level in groupby(needed, key=lambda one: one.work.path.count("/")):
                for some in items.batches(level, FEW_ITEMS):
                    self._announce(some, Lane.SMALL)
                self._outcomes.write()
                self._drive(iter(()), iter(()))

    def _take_again(self) -> None:
        while self._again:
            again, self._again = self._again, []
            works = [self._work(item) for item in again]
            small = [work for work in works if work.entry.size_bytes < BIG_BYTES]
            big = [work for work in works if work.entry.size_bytes >= BIG_BYTES]
            self._drive(self._grouped(small), alone(big))

    def _drive(self, small: Iterator[list[Work]], big: Iterator[list[Work]], hold: list[Needs] | None = None) -> None:
        """Until both lanes are empty and everybody is done. With `hold`, what is needed is kept there instead of being done."""
        lanes = {Lane.SMALL: _Feed(small), Lane.BIG: _Feed(big)}
        while True:
            while self._crew.has_room and (step := self._next(lanes, hold)):
                self._crew.submit(step)
            if not self._crew.running and not self._waiting_news():
                if not any(self._ready.values()) and not any(feed.waiting for feed in lanes.values()):
                    return
                continue
            self._collect()

    def _waiting_news(self) -> bool:
        return isinstance(self._crew, Alone) and not self._crew.has_room

    def _next(self, lanes: dict[Lane, _Feed], hold: list[Needs] | None) -> Step | None:
        waiting = {lane: bool(self._ready[lane]) or lanes[lane].waiting for lane in Lane}
        small_running = self._crew.running - self._crew.big_running
        lane = lane_for(
            self._crew.workers,
            small=waiting[Lane.SMALL] or small_running > 0,
            big=waiting[Lane.BIG],
            big_running=self._crew.big_running,
        )
        if lane is None or not waiting[lane]:
            return None
        if self._ready[lane]:
            return self._ready[lane].pop(0)
        return self._look(lanes[lane].take(), lane, hold)

    def _look(self, works: list[Work], lane: Lane, hold: list[Needs] | None) -> Step:
        looking = self._looking

        def then(outcomes: list[Outcome]) -> None:
            needed = [outcome for outcome in outcomes if isinstance(outcome, Needs)]
            for outcome in outcomes:
                if isinstance(outcome, Unknown):
                    self._asked_to_wait = outcome.failure
                    self._ready[lane].append(self._look(list(outcome.works), lane, hold))
                elif not isinstance(outcome, Needs):
                    self._record(outcome)
            if hold is None:
                self._announce(needed, lane)
            else:
                hold.extend(needed)

        return Step(partial(looking.look, works), then, lane is Lane.BIG)

    def _announce(self, needed: list[Needs], lane: Lane) -> None:
        """Committed before anybody acts: the step is ready only when `Outcomes.write` has announced it."""
        if needed:
            self._outcomes.announce(needed)
            works = [one.work.announced(one.intent) for one in needed]
            self._ready[lane].append(self._act(works, lane))

    def _act(self, works: list[Work], lane: Lane) -> Step:
        def then(outcomes: list[Outcome]) -> None:
            for outcome in outcomes:
                if isinstance(outcome, Unknown):
                    self._asked_to_wait = outcome.failure
                    self._ready[lane].append(self._look_up(outcome.works, lane))
                elif isinstance(outcome, Moving):
                    self._try_again(outcome)
                else:
                    self._record(outcome)

        return Step(partial(act, works, moved=self._meter.moved), then, lane is Lane.BIG)

    def _look_up(self, works: tuple[Work, ...], lane: Lane) -> Step:
        """After a server asked us to wait in the middle of something: as after a pass that was cut off."""

        def then(outcomes: list[Outcome]) -> None:
            for outcome in outcomes:
                if isinstance(outcome, Found):
                    self._outcomes.found.append(outcome)
                    self._again.append(_reopened(outcome.item, outcome.ref))
                elif isinstance(outcome, Unknown):
                    self._asked_to_wait = outcome.failure
                    self._ready[lane].append(self._look_up(outcome.works, lane))
                else:
                    self._record(outcome)

        return Step(partial(_looked_up, works, self.running.mode), then, lane is Lane.BIG)

    def _record(self, outcome: Outcome) -> None:
        if isinstance(outcome, Ends):
            raise outcome.failure
        self._outcomes.keep(outcome)
        self._settled += 1
        self._busy = 0

    def _try_again(self, moving: Moving) -> None:
        """The version that is there now becomes the item's; in the last try it fails with the reason."""
        tries = self._tries[moving.item.key] = self._tries.get(moving.item.key, 1) + 1
        if tries > TRIES:
            self._outcomes.fail(moving.item.key, moving.failure)
            self._settled += 1
            return
        self._outcomes.changed.append(moving.seen)
        changed = _newer(moving.item, moving.seen)
        self._again.append(changed)

    def _be_patient(self) -> None:
        """Fewer connections, and a pause; others may go on with what they are at."""
        failure, self._asked_to_wait = self._asked_to_wait, None
        if failure is None:
            return
        self._busy += 1
        if self._busy > PATIENCE:
            raise failure
        self._limit.refused()
        self._crew.resize(self._limit.limit)
        asked = failure.retry_after_s if failure.retry_after_s is not None else FIRST_WAIT_S * 2 ** (self._busy - 1)
        self.wait(asked)
        self._meter.restart()

    def _collect(self) -> None:
        """Take what has ended, write it down, and see whether more connections pay."""
        ends: list[BaseException] = []
        for news in self._crew.news(TICK_S):
            try:
                self._heard(news)
            except BaseException as error:
                # What others have done is written down all the same.
                ends.append(error)
        if ends:
            self._outcomes.announce_nothing()
        self._outcomes.write()
        if ends:
            raise ends[0]
        self._be_patient()
        self.progress(min(self._settled, self._total), self._total)
        self._adapt()

    def _heard(self, news: Ended | NotOpened) -> None:
        if isinstance(news, Ended):
            if news.error is not None:
                raise news.error
            news.step.then(news.outcomes)
        elif isinstance(news.error, Failure):
            # One was let in before it, so there is no more than a lack of room.
            self._limit.cap(self._crew.workers)
        else:
            raise news.error

    def _adapt(self) -> None:
        """A window counts when everybody had work in it, at the number that is wanted now."""
        if self._crew.workers != self._limit.limit or self._crew.running < self._crew.workers:
            self._meter.restart()
        elif (rate := self._meter.window()) is not None:
            self._limit.measured(rate)
            self._crew.resize(self._limit.limit)


@dataclass
class _Feed:
    """Groups of work that are not looked at yet; knows whether there is another one."""

    groups: Iterator[list[Work]]
    _ahead: list[Work] | None = None

    @property
    def waiting(self) -> bool:
        if self._ahead is None:
            self._ahead = next(self.groups, None)
        return self._ahead is not None

    def take(self) -> list[Work]:
        if not self.waiting or self._ahead is None:
            raise LookupError("there is no more work")
        ahead, self._ahead = self._ahead, None
        return ahead


def _looked_up(works: Sequence[Work], mode: Mode, _source: FileStore, target: FileStore) -> list[Outcome]:
    return looked_up(works, mode, target)


def _reopened(item: Item, ref: str | None) -> Item:
    """As `items.settle` leaves it."""
    origin = Origin.PUT if ref else None
    return item._replace(state=State.SEEN, intent=None, verified=None, target_ref=ref, origin=origin)


def _newer(item: Item, seen: Seen) -> Item:
    """As `items.record_changed` leaves it."""
    return item._replace(
        state=State.SEEN, intent=None, version=seen.version, size_bytes=seen.size_bytes, identity=seen.identity
    )
