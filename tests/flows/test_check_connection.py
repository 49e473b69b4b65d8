"""The check of one server through Prefect: held with what to click, completed when all is there, and never crashed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from flows.check_connection import check_connection
from skyflytt.project.secrets import EnvironmentSecrets
from tests.flows.history import History, ended_as
from tests.graph.simulator import SECRET
from tests.readiness.tenant import ACCOUNTS, SIGN_IN, Cloud, running_cloud

pytestmark = [pytest.mark.prefect, pytest.mark.long]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running_cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def project(prefect_harness: server.Server, cloud: Cloud, tmp_path: Path) -> MigrationProject:
    data = cloud.data("microsoft365", directories=[{"name": "office", "server": "cloud"}], project="checking")
    file = tmp_path / "project.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return register_blocks(file, tmp_path / "workspace", EnvironmentSecrets({SIGN_IN: SECRET}))


def test_it_is_held_until_the_permission_is_there(project: MigrationProject, history: History, cloud: Cloud) -> None:
    cloud.allow(*(one for one in ACCOUNTS if one != "RoleManagement.Read.Directory"))
    held = check_connection(project=project, server="cloud", return_state=True)
    assert ended_as(held)[:2] == ("COMPLETED", "Held")
    assert "cloud is not ready: 1 missing. RoleManagement.Read.Directory:" in str(held.message)
    assert "Grant admin consent" in str(held.message)
    rows = history.artifacts(held)["checking-check-cloud"]["data"]
    assert [row["what"] for row in rows if row["state"] == "missing"] == ["RoleManagement.Read.Directory"]
    assert SECRET not in json.dumps(rows, ensure_ascii=False) + str(held.message)
    cloud.allow(*ACCOUNTS)
    ready = check_connection(project=project, server="cloud", return_state=True)
    assert ended_as(ready)[:2] == ("COMPLETED", "Completed")
    assert "cloud is ready" in str(ready.message)
    unknown = check_connection(project=project, server="clouds", return_state=True)
    assert ended_as(unknown)[0] == "FAILED"
    assert "has no server clouds; it has cloud, files, here" in str(unknown.message)
