"""A sandbox for each module: what one erases, another one still has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from skyflytt.sandbox import lifecycle
from tests.flows.company import Company
from tests.flows.history import History


@pytest.fixture(scope="module")
def company(prefect_harness: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    home = tmp_path_factory.mktemp("company")
    clock = rehearsal_clock(home / "clock")
    sandbox = lifecycle.up(home / "sandbox", clock_file=home / "clock")
    yield Company(home, sandbox, clock)
    lifecycle.down(home / "sandbox")


@pytest.fixture(scope="module")
def history(prefect_harness: server.Server) -> Iterator[History]:
    with History.of(prefect_harness) as told:
        yield told
