"""A ledger with one project, cut over on 22 November 2026, and a clock to move."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger import projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger

NAME = "norrsken"
CUTOVER = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(CUTOVER)


@pytest.fixture(scope="session")
def new_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger's file with the project in it and nothing else; making one takes longer than most tests here."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    opened = open_ledger(f"sqlite:///{path}", MovableClock(CUTOVER))
    projects.ensure_project(opened, NAME)
    opened.engine.dispose()
    return path


@pytest.fixture
def ledger(new_ledger: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Ledger]:
    path = shutil.copy(new_ledger, tmp_path / "ledger.sqlite")
    opened = open_ledger(f"sqlite:///{path}", clock)
    yield opened
    opened.engine.dispose()
