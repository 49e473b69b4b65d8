"""One simulated tenant for all tests here; each test has mailboxes of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.graph.simulator import Online, running_online


@pytest.fixture(scope="session")
def running_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Online]:
    with running_online(tmp_path_factory.mktemp("online"), 60, page=7) as running:
        yield running


@pytest.fixture
def online(running_tenant: Online) -> Iterator[Online]:
    running_tenant.sentences.clear()
    running_tenant.waits.clear()
    yield running_tenant
    running_tenant.faults()
