"""The shared line, with a clock that the test moves: no test waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.clock import MovableClock, SystemClock
from skyflytt.files.each import Content, read_each, rename_each, stat_each, write_each
from skyflytt.files.limiter import LONGEST_SLEEP_S, SLICE_BYTES, Limiter, shared_limiter
from skyflytt.files.memory import MemoryStore
from skyflytt.files.paced import Paced
from skyflytt.files.timetable import Timetable, read_window

MONDAY_NOON = datetime(2026, 8, 10, 12, 0, tzinfo=UTC)
OFFICE = Timetable((read_window("mon-fri 08:00-17:00 8"),), ZoneInfo("UTC"))
"""8 Mbit/s are a million bytes per second."""


class Hours:
    """Sleeping moves the clock on the wall and the monotonic one alike."""

    def __init__(self, at: datetime = MONDAY_NOON) -> None:
        self.clock = MovableClock(at)
        self.slept = 0.0
        self.longest = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds
            self.longest = max(self.longest, seconds)
            self.clock.advance(timedelta(seconds=seconds))

    def limiter(self) -> Limiter:
        return Limiter(OFFICE, self.clock, self.monotonic, self.sleep)


def test_bytes_take_their_time_in_office_hours() -> None:
    hours = Hours()
    hours.limiter().take(10_000_000)
    assert hours.slept == pytest.approx(10, rel=0.01)
    assert hours.longest <= LONGEST_SLEEP_S


def test_outside_of_them_nothing_waits() -> None:
    hours = Hours(datetime(2026, 8, 9, 12, 0, tzinfo=UTC))
    hours.limiter().take(10_000_000_000)
    assert hours.slept == 0


def test_in_the_middle_of_a_file_the_evening_begins() -> None:
    hours = Hours(datetime(2026, 8, 10, 16, 59, 57, tzinfo=UTC))
    hours.limiter().take(3_600_000_000)
    assert 3 <= hours.slept <= 3 + LONGEST_SLEEP_S


def test_in_the_middle_of_a_file_the_office_opens() -> None:
    hours = Hours(datetime(2026, 8, 10, 7, 59, 59, tzinfo=UTC))
    limiter = hours.limiter()
    limiter.take(50_000_000)
    assert hours.slept == 0
    hours.clock.move_to(datetime(2026, 8, 10, 8, 0, tzinfo=UTC))
    limiter.take(2_000_000)
    assert hours.slept == pytest.approx(2, rel=0.05)


def test_a_pause_earns_no_burst() -> None:
    hours = Hours()
    limiter = hours.limiter()
    limiter.take(1_000_000)
    hours.sleep(3600)
    before = hours.slept
    limiter.take(1_000_000)
    assert hours.slept - before == pytest.approx(1, rel=0.05)


def test_many_threads_together_keep_to_the_rate() -> None:
    """Each waits behind what the others asked for: the last byte's turn is when all of them have gone at the rate."""
    turns: list[float] = []
    line = Limiter(OFFICE, MovableClock(MONDAY_NOON), lambda: 0.0, _refuse_to_sleep)

    def reserve() -> None:
        for _ in range(100):
            turn = line._reserve(SLICE_BYTES)
            assert turn is not None
            turns.append(turn)

    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(turns)) == 400
    assert max(turns) == pytest.approx(400 * SLICE_BYTES / 1_000_000)


def _refuse_to_sleep(_seconds: float) -> None:
    raise AssertionError("nobody sleeps here")


def test_streams_and_groups_of_a_store_wait_alike() -> None:
    hours = Hours()
    store = Paced(MemoryStore(), hours.limiter())
    with store.write("a") as stream:
        stream.write(bytes(1_000_000))
    assert hours.slept == pytest.approx(1, rel=0.05)
    with store.read("a") as stream:
        assert len(stream.read()) == 1_000_000
    assert hours.slept == pytest.approx(2, rel=0.05)
    assert write_each(store, [Content(f"b{number}", bytes(100_000)) for number in range(10)]) == [None] * 10
    assert hours.slept == pytest.approx(3, rel=0.05)
    read = read_each(store, [(f"b{number}", 100_000) for number in range(10)])
    assert [len(one) for one in read if isinstance(one, bytes)] == [100_000] * 10
    assert hours.slept == pytest.approx(4, rel=0.05)
    assert all(stat_each(store, ["a", "b1"]))
    assert rename_each(store, []) == []
    assert hours.slept == pytest.approx(4, rel=0.05)


def test_one_process_has_one_line() -> None:
    timetable = Timetable((read_window("mon 08:00-09:00 7"),), ZoneInfo("UTC"))
    first, second = SystemClock(), SystemClock()
    limiter = shared_limiter(timetable, first)
    assert shared_limiter(Timetable((read_window("mon 08:00-09:00 7"),), ZoneInfo("UTC")), second) is limiter
    assert limiter.clock is second
    assert shared_limiter(Timetable((read_window("mon 08:00-09:00 9"),), ZoneInfo("UTC")), first) is not limiter
