"""A big file never holds back small ones. Everything is ordered by events: no test sleeps, and none depends on who is quicker."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from skyflytt.files.lanes import BIG_BYTES, GROUP_BYTES, GROUP_ITEMS, Lane, groups, lane_for
from skyflytt.files.names.places import Places
from skyflytt.files.work import Work, work_of
from skyflytt.ledger.items import Item
from skyflytt.ledger.schema import State
from tests.files.engine.crews import Many, many
from tests.files.engine.shares import MORNING, put, tree

PATIENCE_S = 30
__all__ = ["many"]


def work(number: int, size: int) -> Work:
    version = f"{size}:{(MORNING + timedelta(hours=1)).isoformat()}"
    item = Item(f"{number:06}", "", version, size, State.SEEN, None, None, None, None, None, None, None, None, 0, None)
    return work_of(item, Places())


@pytest.mark.parametrize("workers", range(2, 10))
def test_big_files_leave_at_least_half_of_the_workers_to_small_ones(workers: int) -> None:
    running = 0
    while lane_for(workers, small=True, big=True, big_running=running) is Lane.BIG:
        running += 1
    assert 1 <= running <= workers / 2
    assert lane_for(workers, small=True, big=True, big_running=running) is Lane.SMALL


@pytest.mark.parametrize("workers", range(1, 10))
def test_without_small_files_big_ones_have_all_workers(workers: int) -> None:
    running = 0
    while lane_for(workers, small=False, big=True, big_running=running) is Lane.BIG:
        running += 1
    assert running == workers
    assert lane_for(workers, small=False, big=True, big_running=running) is None


def test_a_single_worker_does_the_small_ones_first() -> None:
    assert lane_for(1, small=True, big=True, big_running=0) is Lane.SMALL
    assert lane_for(1, small=False, big=True, big_running=0) is Lane.BIG


def test_groups_are_bounded_in_items_and_bytes() -> None:
    sizes = [10] * 200 + [BIG_BYTES - 1] * 20 + [GROUP_BYTES * 3] + [0] * 100
    made = list(groups(work(number, size) for number, size in enumerate(sizes)))
    assert [one.entry.size_bytes for group in made for one in group] == sizes
    assert all(len(group) <= GROUP_ITEMS for group in made)
    assert all(sum(one.entry.size_bytes for one in group) <= GROUP_BYTES for group in made if len(group) > 1)
    assert len(made) < 20


class Held:
    """A source whose big files are not handed out before they are let go."""

    def __init__(self, inner: Any, gate: threading.Event, began: list[str]) -> None:
        self.inner = inner
        self.gate = gate
        self.began = began

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        if path.startswith("big"):
            self.began.append(path)
            assert self.gate.wait(PATIENCE_S), "nobody let the big file go"
        with self.inner.read(path, offset) as stream:
            yield stream


def test_small_files_come_while_big_ones_do_not(many: Many) -> None:
    """The big ones stand first in the order of the keys; they are let go when the last small one has got its name."""
    for number in range(3):
        put(many.source, f"big{number}", bytes(BIG_BYTES + number))
    for number in range(300):
        put(many.source, f"small/{number:03}", str(number).encode())
    gate, began = threading.Event(), list[str]()
    many.wrap_source = lambda store: Held(store, gate, began)
    arrived = itertools.count(1)

    def told(path: str) -> None:
        if path.startswith("small/") and next(arrived) == 300:
            gate.set()

    many.renamed = told
    assert many.run(connections=3).failed == 0
    assert gate.is_set()
    assert began
    assert tree(many.target) == tree(many.source)


def test_with_one_connection_too(many: Many) -> None:
    put(many.source, "big", bytes(BIG_BYTES))
    for number in range(100):
        put(many.source, f"small/{number:03}", str(number).encode())
    order: list[str] = []
    many.renamed = order.append
    assert many.run(connections=1).failed == 0
    assert order[-1] == "big"
    assert tree(many.target) == tree(many.source)


def test_several_big_files_are_under_way_at_once(many: Many) -> None:
    """Two big files wait for each other: one after the other they would never end."""
    for number in range(2):
        put(many.source, f"big{number}", bytes(BIG_BYTES))
    both = threading.Barrier(2, timeout=PATIENCE_S)

    class Meeting(Held):
        @contextmanager
        def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
            both.wait()
            with self.inner.read(path, offset) as stream:
                yield stream

    many.wrap_source = lambda store: Meeting(store, threading.Event(), [])
    assert many.run(connections=2).failed == 0
    assert tree(many.target) == tree(many.source)


def test_each_worker_has_stores_of_its_own(many: Many) -> None:
    for number in range(400):
        put(many.source, f"{number:03}", str(number).encode())
    assert many.run(connections=4).failed == 0
    assert many.opened >= 2
    assert threading.get_ident() not in many.workers
    assert many.shared == []
    assert many.open_now == 0


@pytest.mark.parametrize(("setting", "capability"), [(3, 8), (8, 3)])
def test_no_more_connections_than_the_setting_and_the_store_allow(many: Many, setting: int, capability: int) -> None:
    for number in range(2_000):
        put(many.source, f"{number // 100}/{number:04}", str(number).encode())
    many.capabilities = replace(many.target.capabilities, max_connections=capability)
    assert many.run(connections=setting).failed == 0
    assert 2 <= many.most_open <= 3
    assert tree(many.target) == tree(many.source)


def test_the_ledger_is_written_by_one_thread_only(many: Many, tmp_path: Path) -> None:
    for number in range(400):
        put(many.source, f"{number:03}", str(number).encode())
    assert many.run(connections=4).moved == 400
    assert many.writers == {threading.get_ident()}
