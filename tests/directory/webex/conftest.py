"""One simulator for all tests of the folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.deadline.clock import MovableClock
from tests.directory.company import NOW, company
from tests.directory.webex.running import RunningWebex, running_webex


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWebex]:
    with running_webex(tmp_path_factory.mktemp("webex"), company()) as running:
        yield running


@pytest.fixture
def webex(simulator: RunningWebex) -> RunningWebex:
    simulator.hold(company())
    return simulator


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)
