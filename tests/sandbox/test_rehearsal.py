"""The sandbox's clock only moves forward, and only when it has one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.deadline.clock import FileClock
from skyflytt.sandbox import rehearsal
from skyflytt.sandbox.failures import NoRehearsalClock, NoSandbox
from skyflytt.sandbox.state import Sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    clock = tmp_path / "clock"
    FileClock(clock).move_to(datetime(2026, 8, 8, 7, tzinfo=UTC))
    Sandbox(root=tmp_path, servers={}, clock_file=clock).save()
    return tmp_path


def test_moves_forward(root: Path) -> None:
    assert rehearsal.move_on(root, "2026-10-18T09:00:00+02:00") == datetime(2026, 10, 18, 7, tzinfo=UTC)
    assert rehearsal.clock_of(root).now() == datetime(2026, 10, 18, 7, tzinfo=UTC)


@pytest.mark.parametrize("instant", ["2026-08-08T06:59:00+00:00", "2026-10-18T09:00:00", "tomorrow"])
def test_refuses_what_is_behind_or_no_instant(root: Path, instant: str) -> None:
    with pytest.raises(ValueError):
        rehearsal.move_on(root, instant)
    assert rehearsal.clock_of(root).now() == datetime(2026, 8, 8, 7, tzinfo=UTC)


def test_a_sandbox_without_a_clock_file(tmp_path: Path) -> None:
    Sandbox(root=tmp_path, servers={}).save()
    with pytest.raises(NoRehearsalClock):
        rehearsal.clock_of(tmp_path)


def test_no_sandbox(tmp_path: Path) -> None:
    with pytest.raises(NoSandbox):
        rehearsal.clock_of(tmp_path)
