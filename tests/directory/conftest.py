"""A ledger on disk with one project, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.directory.licences import LicenceLedger
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import ensure_project
from tests.directory.company import NOW


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def ledger(tmp_path: Path, clock: MovableClock) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", clock)
    ensure_project(opened, "norrsken")
    yield opened
    opened.engine.dispose()


@pytest.fixture
def book(ledger: Ledger) -> LicenceLedger:
    return LicenceLedger(ledger, "norrsken", "webex", "Eva")
