from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.directory.exchange.simulated import Place, running_exchange


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running_exchange(tmp_path_factory.mktemp("exchange")) as place:
        yield place


@pytest.fixture
def place(running: Place) -> Place:
    running.begin_anew()
    return running
