from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.graph.simulator import Simulator, running_simulator


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as simulator:
        yield simulator


@pytest.fixture
def graph(running: Simulator) -> Simulator:
    running.begin_anew()
    return running
