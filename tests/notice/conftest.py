"""A ledger on disk with one project, and a clock that the test moves."""

from __future__ import annotations

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


@pytest.fixture
def ledger(tmp_path: Path, clock: MovableClock) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", clock)
    ensure_project(opened, "norrsken")
    yield opened
    opened.engine.dispose()
