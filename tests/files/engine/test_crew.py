"""Several connections at once: what one of them meets stays with it, and what ends the pass ends all of them with nothing half recorded."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, PasswordRefused, ServerBusy
from skyflytt.errors.files import PathRefused
from skyflytt.files.copy import is_partial
from skyflytt.files.crew import Crew, Ended, Step
from skyflytt.files.lanes import BIG_BYTES, FEW_ITEMS, GROUP_BYTES
from skyflytt.files.transfer import PATIENCE
from skyflytt.ledger import items
from skyflytt.ledger.schema import State
from tests.files.engine.crews import Many, many
from tests.files.engine.shares import content, put, tree

__all__ = ["many"]
FILES = 500


class Act:
    """A store whose reads and writes may be refused: `act` is called with the path of each before it happens."""

    def __init__(self, inner: Any, act: Callable[[str], None]) -> None:
        self.inner = inner
        self.act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self.act(path)
        with self.inner.read(path, offset) as stream:
            yield stream

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self.act(path)
        with self.inner.write(path, offset) as stream:
            yield stream


class Once:
    """Raises at the `at`-th call and, with `always`, from then on."""

    def __init__(self, at: int, failure: BaseException, times: int = 1) -> None:
        self.at = at
        self.failure = failure
        self.times = times
        self.calls = 0
        self._lock = threading.Lock()

    def __call__(self, *_: object) -> None:
        with self._lock:
            self.calls += 1
            if self.at <= self.calls < self.at + self.times:
                raise self.failure


def fill(many: Many, files: int = FILES) -> None:
    for number in range(files):
        put(many.source, f"m{number % 7}/{number:04}", str(number).encode())
    for number in range(2):
        put(many.source, f"big{number}", bytes([number]) * (BIG_BYTES * 2))


def is_whole(many: Many) -> bool:
    """What the ledger calls done is at the target as it is at the source, and nothing half is left under a final name."""
    there = {key: found for key, found in tree(many.target).items() if not is_partial(key)}
    wanted = tree(many.source)
    done = {item.key for item in items.stream(many.ledger, many.workload, State.DONE)}
    return done <= set(there) and all(wanted[key] == found for key, found in there.items())


def nobody_is_left() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("files-")]


def test_an_unreadable_file_fails_alone(many: Many) -> None:
    fill(many)
    bad = {f"m{number % 7}/{number:04}" for number in range(0, FILES, 50)} | {"big1"}

    def refuse(path: str) -> None:
        if path in bad:
            raise PathRefused(path, "permission denied")

    many.wrap_source = lambda store: Act(store, refuse)
    account = many.run(connections=4)
    assert account.failed == len(bad)
    assert set(many.codes()) == bad
    assert set(many.codes().values()) == {"files.path-refused"}
    assert not any(map(is_partial, tree(many.target)))
    many.wrap_source = lambda store: store
    assert many.run().failed == 0
    assert tree(many.target) == tree(many.source)


@pytest.mark.parametrize("at", [1, 60, 300])
@pytest.mark.parametrize("failure", [ConnectionLost("server", "reset"), PasswordRefused("server", "expired")])
def test_what_ends_the_pass_ends_all_workers(many: Many, at: int, failure: Failure) -> None:
    fill(many)
    refuse = Once(at, failure)
    many.wrap_target = lambda store: Act(store, refuse)
    with pytest.raises(type(failure)):
        many.run(connections=4)
    assert nobody_is_left()
    assert many.open_now == 0
    assert is_whole(many)
    renamed: list[str] = []
    before = set(tree(many.target))
    many.renamed = renamed.append
    assert many.run(connections=4).failed == 0
    assert tree(many.target) == tree(many.source)
    assert not set(renamed) & before
    assert many.run().moved_now == 0


def test_ctrl_c_ends_all_workers_and_the_next_pass_goes_on(many: Many) -> None:
    fill(many)
    interrupt = Once(4, KeyboardInterrupt())
    many.progress = interrupt
    with pytest.raises(KeyboardInterrupt):
        many.run(connections=4)
    assert nobody_is_left()
    assert is_whole(many)
    done = sum(1 for _ in items.stream(many.ledger, many.workload, State.DONE))
    many.progress = lambda _done, _of: None
    account = many.run(connections=4)
    assert account.failed == 0
    assert 0 < done < account.moved
    assert tree(many.target) == tree(many.source)


def test_a_connection_too_many_is_not_asked_for_again(many: Many) -> None:
    fill(many)
    refused: list[int] = []

    def room_for_two(number: int) -> None:
        if number > 2:
            refused.append(number)
            raise ServerBusy("server", "421 too many connections")

    many.before_opening = room_for_two
    assert many.run(connections=8).failed == 0
    assert many.most_open <= 2
    assert len(refused) <= 1
    assert tree(many.target) == tree(many.source)


def test_a_second_sign_in_that_is_refused_is_tried_once(many: Many) -> None:
    fill(many)
    many.before_opening = Once(2, PasswordRefused("server", "530 one session per account"), times=100)
    assert many.run(connections=4).failed == 0
    assert many.opened == 2
    assert tree(many.target) == tree(many.source)


@pytest.mark.parametrize("at", [1, 30, 200, FILES])
@pytest.mark.parametrize("connections", [1, 4])
def test_a_server_that_asks_for_patience_gets_it(many: Many, at: int, connections: int) -> None:
    fill(many)
    refuse = Once(at, ServerBusy("server", "503 slow down", retry_after_s=7), times=3)
    many.wrap_target = lambda store: Act(store, refuse)
    assert many.run(connections=connections).failed == 0
    assert 1 <= len(many.waited) <= 3
    assert set(many.waited) == {7}
    assert tree(many.target) == tree(many.source)
    assert all(item.origin is not None for item in items.stream(many.ledger, many.workload, State.DONE))
    assert many.run().moved_now == 0


def test_patience_ends_and_the_next_pass_goes_on(many: Many) -> None:
    fill(many)
    refuse = Once(100, ServerBusy("server", "503"), times=10**6)
    many.wrap_target = lambda store: Act(store, refuse)
    with pytest.raises(ServerBusy):
        many.run(connections=4)
    # What others were at when the first one was refused may still come through, and begins the count anew.
    assert PATIENCE <= len(many.waited) <= PATIENCE + 4
    assert many.waited[-1] == max(many.waited) == 2 ** (PATIENCE - 1)
    assert nobody_is_left()
    refuse.times = 0
    assert many.run(connections=4).failed == 0
    assert tree(many.target) == tree(many.source)


def test_a_customers_file_is_left_alone_by_many_too(many: Many) -> None:
    fill(many)
    put(many.target, "m3/0003", b"theirs", 5)
    assert many.run(connections=4).failed == 1
    assert many.codes() == {"m3/0003": "files.target-occupied"}
    assert content(many.target, "m3/0003") == b"theirs"


def test_moves_changes_and_removals_among_many(many: Many) -> None:
    fill(many)
    assert many.run(connections=4).failed == 0
    for number in range(0, FILES, 5):
        many.source.rename(f"m{number % 7}/{number:04}", f"moved/{number % 3}/{number:04}")
    for number in range(1, FILES, 25):
        put(many.source, f"m{number % 7}/{number:04}", b"changed", 3)
    for number in range(2, FILES, 25):
        many.source.remove(f"m{number % 7}/{number:04}")
    assert many.run(connections=4).failed == 0
    assert tree(many.target) == tree(many.source)
    assert many.run(connections=4).moved_now == 0


def test_few_items_are_open_at_once(many: Many) -> None:
    for number in range(3_000):
        put(many.source, f"{number // 100:02}/{number:04}", b"x")
    most = 0

    def look(path: str) -> None:
        nonlocal most
        if path.endswith("77"):
            started = sum(1 for _ in items.stream(many.ledger, many.workload, State.STARTED))
            most = max(most, started)

    many.wrap_source = lambda store: Act(store, look)
    assert many.run(connections=3).failed == 0
    assert FEW_ITEMS <= most <= 2 * (3 + 1) * FEW_ITEMS


def test_memory_is_that_of_the_groups_under_way(many: Many) -> None:
    piece = bytes(BIG_BYTES - 1)
    for number in range(64):
        put(many.source, f"{number:02}", piece)
    put(many.source, "big", piece * 16)
    tracemalloc.start()
    try:
        assert many.run(connections=2).failed == 0
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < (2 + 1) * 2 * GROUP_BYTES + (8 << 20)


def test_fewer_workers_are_wanted_while_one_more_is_let_in() -> None:
    """Whoever is refused then must not have been counted on."""
    may_open, refuse = threading.Event(), threading.Event()

    @contextmanager
    def pair() -> Iterator[Any]:
        assert may_open.wait(30)
        if refuse.is_set():
            raise ServerBusy("server", "421")
        yield "source", "target"

    for refused in (False, True):
        may_open.clear()
        if refused:
            refuse.set()
        crew = Crew(("source", "target"), pair)  # type: ignore[arg-type]
        crew.resize(2)
        crew.resize(1)
        may_open.set()
        for number in range(3):
            crew.submit(Step(lambda *_: [], lambda _: None))
            ended: list[Any] = []
            while not any(isinstance(one, Ended) for one in ended):
                ended += crew.news(30)
            assert crew.workers == 1, number
        crew.close()
        assert nobody_is_left()
