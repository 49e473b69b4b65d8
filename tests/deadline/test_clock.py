"""The clocks: aware times only, and a rehearsal's clock that all processes agree on."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.clock import CLOCK_FILE_VARIABLE, FileClock, MovableClock, SystemClock, clock_from_environment
from tests.deadline import moving_clock

AT = datetime(2026, 8, 8, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
NAIVE = datetime(2026, 8, 8, 9, 0)  # noqa: DTZ001


def test_system_clock_tells_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
    assert SystemClock().name == "system"


def test_movable_clock_stands_still_until_moved() -> None:
    clock = MovableClock(AT)
    assert clock.now() == clock.now() == AT
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(days=30))
    assert clock.now() == AT + timedelta(days=30)
    clock.move_to(AT)
    assert clock.now() == AT


def test_naive_times_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        MovableClock(NAIVE)
    clock = MovableClock(AT)
    with pytest.raises(ValueError, match="no time zone"):
        clock.move_to(NAIVE)
    assert clock.now() == AT
    with pytest.raises(ValueError, match="no time zone"):
        FileClock(tmp_path / "clock").move_to(NAIVE)
    assert not (tmp_path / "clock").exists()


def test_file_clock_is_one_clock_for_all(tmp_path: Path) -> None:
    mine, theirs = FileClock(tmp_path / "clock"), FileClock(tmp_path / "clock")
    mine.move_to(AT)
    assert theirs.now() == AT
    assert theirs.now().tzinfo is UTC
    theirs.move_to(AT + timedelta(microseconds=1))
    assert mine.now() == AT + timedelta(microseconds=1)
    assert (mine.name, [path.name for path in tmp_path.iterdir()]) == ("rehearsal", ["clock"])


@pytest.mark.parametrize("text", ["", "soon", "2026-08-08T09:00:00", "2026-08-08"])
def test_file_without_an_instant_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text(text)
    with pytest.raises(ValueError, match=rf"{tmp_path}/clock: '{text}' is not an instant with an offset"):
        FileClock(tmp_path / "clock").now()


def test_no_reader_sees_half_an_instant(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    FileClock(path).move_to(AT)
    context = multiprocessing.get_context("spawn")
    movers = [context.Process(daemon=True, target=moving_clock.move_often, args=(path, AT, day, 300)) for day in (1, 2)]
    for mover in movers:
        mover.start()
    seen = set()
    while any(mover.is_alive() for mover in movers):
        seen.add(FileClock(path).now())
    for mover in movers:
        mover.join()
        assert mover.exitcode == 0
    assert seen <= {AT, AT + timedelta(days=1), AT + timedelta(days=2)}
    assert len(seen) > 1
    assert [left.name for left in tmp_path.iterdir()] == ["clock"]


def test_threads_may_move_it_too(tmp_path: Path) -> None:
    path, failures = tmp_path / "clock", []

    def move(day: int) -> None:
        try:
            moving_clock.move_often(path, AT, day, 200)
        except OSError as error:
            failures.append(error)

    threads = [Thread(target=move, args=(day,)) for day in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_environment_names_the_rehearsal_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FileClock(tmp_path / "clock").move_to(AT)
    monkeypatch.setenv(CLOCK_FILE_VARIABLE, str(tmp_path / "clock"))
    clock = clock_from_environment()
    assert (clock.name, clock.now()) == ("rehearsal", AT)


@pytest.mark.parametrize("value", [None, ""])
def test_without_it_the_machines_time_counts(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLOCK_FILE_VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(CLOCK_FILE_VARIABLE, value)
    assert isinstance(clock_from_environment(), SystemClock)
