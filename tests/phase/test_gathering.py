"""Work that other runs do is waited for: each name ends exactly once, whatever happens to the runs. No Prefect here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.outcomes import Outcome
from skyflytt.phase.batches import MOST_NAMES, MOST_RUNS, PER_WORKER, batches, number_of_runs
from skyflytt.phase.gathering import GRACE_S, MOST_LOSSES, OUTAGE_S, PATIENCE_S, Child, Gathering, PoolAway, Standing

DONE = Outcome(result="1")


def one_each(names: Sequence[str], _workers: int) -> list[tuple[str, ...]]:
    return [(name,) for name in names]


@dataclass
class World:
    """A pool whose workers do what `life` says, one call per poll; time passes only here."""

    life: Callable[[World], None]
    names: tuple[str, ...] = ("anna", "bengt", "cecilia")
    online: int = 2
    now: float = 0.0
    runs: dict[str, Child] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    started: list[tuple[str, ...]] = field(default_factory=list)
    here: set[str] = field(default_factory=set)
    here_ever: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    away: bool = False
    most_in_hand: int = 0

    def gather(self, deal: Callable[[Sequence[str], int], list[tuple[str, ...]]] = one_each) -> dict[str, Outcome]:
        return Gathering(
            self.names,
            self,
            self,
            lambda: dict(self.outcomes),
            deal,
            self.said.append,
            monotonic=lambda: self.now,
            wait=self.pass_time,
        ).run()

    def pass_time(self, seconds: float) -> None:
        assert self.now < 10_000, "it waits for ever"
        self.now += seconds
        self.life(self)
        for name in self.here:
            self.outcomes[name] = DONE
        self.here.clear()

    def workers(self) -> int:
        if self.away:
            raise PoolAway("refused")
        return self.online

    def children(self) -> list[Child]:
        if self.away:
            raise PoolAway("refused")
        return list(self.runs.values())

    def start(self, names: tuple[str, ...]) -> Child:
        self.started.append(names)
        child = Child(str(len(self.runs)), names, Standing.WAITING)
        self.runs[child.id] = child
        self.most_in_hand = max(self.most_in_hand, len(self.unfinished()))
        return child

    def withdraw(self, child: Child) -> bool:
        if self.runs[child.id].standing is not Standing.WAITING:
            return False
        self.put(child, Standing.CANCELLED)
        return True

    def begin(self, names: tuple[str, ...]) -> None:
        self.here |= set(names)
        self.here_ever += names

    def at_work(self) -> set[str]:
        return set(self.here)

    def unfinished(self) -> list[Child]:
        return [one for one in self.runs.values() if one.standing in (Standing.WAITING, Standing.RUNNING)]

    def put(self, child: Child, standing: Standing, message: str = "") -> None:
        self.runs[child.id] = replace(child, standing=standing, message=message)

    def end_well(self, child: Child) -> None:
        self.outcomes |= dict.fromkeys(child.names, DONE)
        self.put(child, Standing.ENDED)


def work(world: World) -> None:
    for child in world.unfinished():
        world.end_well(child)


def no_work(_world: World) -> None:
    """No worker takes anything."""


def test_each_name_has_a_run_and_an_outcome_in_its_order() -> None:
    world = World(work)
    assert list(world.gather()) == ["anna", "bengt", "cecilia"]
    assert sorted(world.started) == [("anna",), ("bengt",), ("cecilia",)]


def test_no_more_runs_at_a_time_than_the_workers_take() -> None:
    world = World(work, names=tuple(f"m{number}" for number in range(25)))
    assert set(world.gather().values()) == {DONE}
    assert world.most_in_hand == 2 * PER_WORKER


def test_a_failure_comes_back_as_it_was() -> None:
    failure = PassRunning("mailbox anna", "its lock is held")
    world = World(work, names=("anna", "bengt"))
    world.outcomes["anna"] = Outcome(failure=failure)
    ended = world.gather()
    assert (ended["anna"].failure, ended["bengt"]) == (failure, DONE)


def test_who_is_killed_and_started_again_finds_what_was_started_and_what_was_done() -> None:
    world = World(work, names=("anna", "bengt", "cecilia", "didrik"))
    world.outcomes["anna"] = DONE
    world.runs = {
        "a": Child("a", ("anna",), Standing.ENDED),
        "b": Child("b", ("bengt",), Standing.RUNNING),
        "c": Child("c", ("cecilia",), Standing.CRASHED),
    }
    assert set(world.gather().values()) == {DONE}
    assert world.started == [("cecilia",), ("didrik",)]


def test_a_run_that_is_lost_is_begun_again_with_what_it_had_not_done() -> None:
    def life(world: World) -> None:
        for child in world.unfinished():
            if child.id == "0":
                world.outcomes["anna"] = DONE
                world.put(child, Standing.CRASHED, "killed")
            else:
                world.end_well(child)

    world = World(life)
    assert set(world.gather(lambda names, _: [tuple(names)]).values()) == {DONE}
    assert world.started == [("anna", "bengt", "cecilia"), ("bengt", "cecilia")]
    assert world.now >= GRACE_S
    assert all("killed" in sentence for sentence in world.said)


def test_a_run_that_the_server_begins_again_by_itself_is_not_started_twice() -> None:
    def life(world: World) -> None:
        child = world.runs["0"]
        if world.now < 4:
            world.put(child, Standing.CRASHED)
        elif world.now < 8:
            world.put(child, Standing.RUNNING)
        else:
            world.end_well(child)

    world = World(life, names=("anna",))
    assert world.gather() == {"anna": DONE}
    assert world.started == [("anna",)]


def test_a_run_that_is_lost_every_time_is_given_up() -> None:
    def life(world: World) -> None:
        for child in world.unfinished():
            world.put(child, Standing.CRASHED, "out of memory")

    world = World(life, names=("anna",))
    failure = world.gather()["anna"].failure
    assert code_of(failure) == "spread.run-lost"
    assert "out of memory" in str(failure)
    assert len(world.started) == MOST_LOSSES


def test_a_run_that_somebody_cancels_is_not_begun_again() -> None:
    def life(world: World) -> None:
        for child in world.unfinished():
            world.put(child, Standing.CANCELLED, "by Bengt")

    world = World(life, names=("anna",))
    assert code_of(world.gather()["anna"].failure) == "spread.run-cancelled"
    assert len(world.started) == 1


def test_a_run_that_ends_without_an_outcome_is_told() -> None:
    def life(world: World) -> None:
        for child in world.unfinished():
            world.put(child, Standing.ENDED, "Failed: another version")

    world = World(life, names=("anna",))
    failure = world.gather()["anna"].failure
    assert code_of(failure) == "spread.no-outcome"
    assert "another version" in str(failure)


def test_without_any_worker_the_run_does_it_itself() -> None:
    world = World(no_work, online=0)
    assert set(world.gather().values()) == {DONE}
    assert (world.started, sorted(world.here_ever)) == ([], ["anna", "bengt", "cecilia"])
    assert "no worker" in world.said[0]


def test_when_the_only_place_is_taken_by_who_waits_nothing_waits_for_ever() -> None:
    world = World(no_work, online=1)
    assert set(world.gather().values()) == {DONE}
    assert sorted(world.here_ever) == ["anna", "bengt", "cecilia"]
    assert [sentence.startswith("waits for a worker") for sentence in world.said] == [True]
    # Having waited once is enough.
    assert PATIENCE_S <= world.now < 2 * PATIENCE_S


def test_it_helps_no_more_when_a_worker_comes() -> None:
    def life(world: World) -> None:
        for child in world.unfinished() if world.here_ever else []:
            world.end_well(child)

    world = World(life, names=tuple(f"m{number}" for number in range(8)), online=1)
    assert set(world.gather().values()) == {DONE}
    assert len(world.here_ever) == 1


def test_a_run_that_begins_at_that_moment_is_left_to_its_worker() -> None:
    world = World(no_work, names=("anna",), online=1)

    def begun(child: Child) -> bool:
        world.put(child, Standing.RUNNING)
        world.life = work
        return False

    world.withdraw = begun  # type: ignore[method-assign]
    assert world.gather() == {"anna": DONE}
    assert world.here_ever == []


def test_a_server_that_is_away_is_waited_for() -> None:
    def life(world: World) -> None:
        world.away = 10 < world.now < OUTAGE_S - 100
        if not world.away and world.now > 10:
            work(world)

    world = World(life)
    assert set(world.gather().values()) == {DONE}


def test_a_start_whose_answer_was_lost_is_not_repeated() -> None:
    world = World(work, names=("anna",))
    start = world.start

    def unanswered(names: tuple[str, ...]) -> Child:
        world.start = start  # type: ignore[method-assign]
        start(names)
        raise PoolAway("reset by peer")

    world.start = unanswered  # type: ignore[method-assign]
    assert world.gather() == {"anna": DONE}
    assert world.started == [("anna",)]


def test_few_have_a_run_each_and_many_share_runs() -> None:
    few = [f"m{number}" for number in range(10)]
    assert sorted(batches(few, lambda _: 1.0, 2)) == [(name,) for name in few]
    many = [f"m{number}" for number in range(10_000)]
    dealt = batches(many, lambda _: 1.0, 4)
    assert len(dealt) == MOST_RUNS
    assert max(map(len, dealt)) == MOST_NAMES
    assert sorted(name for batch in dealt for name in batch) == sorted(many)
    assert dealt == batches(many, lambda _: 1.0, 4)
    assert batches([], lambda _: 1.0, 4) == []


@pytest.mark.parametrize(
    ("names", "workers", "runs"),
    [(6, 1, 6), (7, 1, 2), (96, 1, 6), (96, 2, 12), (96, 4, 8), (200, 4, 24), (1_000, 1, 20), (30, 0, 2)],
)
def test_runs_are_as_many_as_keep_all_workers_at_work_to_the_end(names: int, workers: int, runs: int) -> None:
    assert number_of_runs(names, workers) == runs


def test_what_is_big_has_a_run_of_its_own_and_comes_first() -> None:
    names = [f"m{number}" for number in range(100)]
    dealt = batches(names, lambda name: 500.0 if name == "m77" else 1.0, 1)
    assert dealt[0] == ("m77",)


def code_of(failure: Failure | None) -> str:
    return failure.code if failure else ""
