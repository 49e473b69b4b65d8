from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.readiness.tenant import Cloud, running_cloud


@pytest.fixture(scope="module")
def running_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture
def cloud(running_tenant: Cloud) -> Iterator[Cloud]:
    """With nothing that an earlier test left."""
    simulator = running_tenant.simulator
    tenant = simulator.state.tenant
    simulator.tokens.revoke()
    simulator.faults()
    simulator.site.asked.clear()
    simulator.waits.clear()
    yield running_tenant
    simulator.state.tenant = simulator.tokens.tenant = tenant
