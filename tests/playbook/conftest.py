"""A ledger on disk with one project, and a clock that the test moves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 8, 8, 9, tzinfo=ZoneInfo("Europe/Stockholm")))


@pytest.fixture(scope="session")
def made_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with its tables and one project, made once: each test gets a copy."""
    path = tmp_path_factory.mktemp("made") / "ledger.sqlite"
    opened = open_ledger(f"sqlite:///{path}", MovableClock(datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Stockholm"))))
    ensure_project(opened, "norrsken")
    with opened.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.engine.dispose()
    return path


@pytest.fixture
def ledger(tmp_path: Path, clock: MovableClock, made_ledger: Path) -> Iterator[Ledger]:
    path = shutil.copy(made_ledger, tmp_path / "ledger.sqlite")
    opened = open_ledger(f"sqlite:///{path}", clock)
    yield opened
    opened.engine.dispose()
