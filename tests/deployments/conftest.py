"""One server with the deployments of prefect.yaml, and a project to register there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.responses import DeploymentResponse

from deployments import register
from deployments.of_project import GENERIC
from deployments.stack import api, server, worker
from tests.deployments.place import Place

FEW = {"advance", "check-connection", "delta"}


@pytest.fixture
def calls(prefect_harness: server.Server) -> Iterator[httpx.Client]:
    with api.client(prefect_harness.home, prefect_harness.url, timeout_s=30.0) as client:
        yield client


@pytest.fixture
def place(prefect_harness: server.Server, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    return Place(tmp_path, request.node.name.replace("test_", "").replace("_", "-")[:40].strip("-"))


@pytest.fixture
def few(deployed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project's own deployments are made of these flows alone, which is quicker."""
    every = register.deployments_called

    def called(client: SyncPrefectClient, name: str) -> dict[str, DeploymentResponse]:
        found = every(client, name)
        return {flow: one for flow, one in found.items() if name != GENERIC or flow in FEW}

    monkeypatch.setattr(register, "deployments_called", called)


@pytest.fixture(scope="session")
def deployed(prefect_harness: server.Server) -> None:
    """The deployments of prefect.yaml, as `make up` applies them."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=worker.POOL, type="process"), overwrite=True)
    assert worker.deploy(prefect_harness)
