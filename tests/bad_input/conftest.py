"""One sandbox for all cases; each case moves a small piece of its company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.deadline.clock import FileClock
from skyflytt.sandbox import lifecycle
from skyflytt.sandbox.state import Sandbox
from tests.bad_input.move import MORNING, Move


@pytest.fixture(scope="session")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    root = tmp_path_factory.mktemp("providers")
    hour = tmp_path_factory.mktemp("hour") / "clock"
    FileClock(hour).move_to(MORNING)  # the drop's server is at the hour of those who open it
    yield lifecycle.up(root, clock_file=hour)
    lifecycle.down(root)


@pytest.fixture
def move(providers: Sandbox, tmp_path: Path) -> Move:
    return Move(providers, tmp_path, tmp_path / "workspace")
