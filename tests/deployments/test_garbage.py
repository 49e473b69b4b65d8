"""Garbage that waits for a busy connection holds up nobody but the thread that collects it."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack import garbage

BUSY_S = 15.0


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "YOUNG_EVERY_S", 0.05)
    thread = garbage.collect_beside()
    yield
    gc.enable()
    thread.join()


class Left:
    """In a cycle with itself: only a collection finds it."""

    def __init__(self, cursor: object = None) -> None:
        self.itself, self.cursor = self, cursor


def test_garbage_is_found(beside: None) -> None:
    gone = threading.Event()

    class Told(Left):
        def __del__(self) -> None:
            gone.set()

    Told()
    assert gone.wait(10)


def test_the_holder_of_the_lock_is_not_held_up_by_a_cursor_that_was_left(beside: None, tmp_path: Path) -> None:
    """As in the server: A has the lock; B waits for it; a cursor of B is garbage; A's thread makes garbage and then commits."""
    path = tmp_path / "some.db"
    a, b = (sqlite3.connect(path, timeout=BUSY_S, check_same_thread=False, isolation_level=None) for _ in range(2))
    a.execute("CREATE TABLE t (n)")
    cursor = b.execute("VALUES (1), (2)")
    cursor.fetchone()  # unfinished: to be reset when it is found
    Left(cursor)
    del cursor
    a.execute("BEGIN IMMEDIATE")
    waiting = threading.Thread(target=lambda: b.execute("INSERT INTO t VALUES (1)"))
    began = time.monotonic()
    waiting.start()
    time.sleep(0.3)  # the collector has met the cursor by now

    for _ in range(10_000):
        Left()
    a.execute("COMMIT")
    waiting.join()

    assert time.monotonic() - began < BUSY_S / 3
    assert a.execute("SELECT count(*) FROM t").fetchone() == (1,)
