"""The check of who still calls, through Prefect: held with the devices' names while one calls, completed when all are silent."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from flows.callers import callers
from skyflytt.deadline.clock import FileClock
from skyflytt.ledger import projects
from skyflytt.project.secrets import EnvironmentSecrets
from tests.callers.conftest import CUTOVER
from tests.callers.reading import DATA
from tests.flows.history import History, ended_as
from tests.phase.discovered import EXAMPLE

pytestmark = [pytest.mark.prefect, pytest.mark.long]


@pytest.fixture
def project(prefect_harness: server.Server, tmp_path: Path) -> MigrationProject:
    """A project of people and a log alone, cut over on 22 November."""
    FileClock(tmp_path / "clock").move_to(CUTOVER)
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    nothing: dict[str, Any] = {key: [] for key in ("mailboxes", "shares", "applications", "drops", "devices")}
    whole = {**data, **nothing, "servers": {}, "project": "calling", "logs": [{"name": "mail", "path": "mail.log*"}]}
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    shutil.copy(DATA / "postfix.log", tmp_path / "mail.log")
    file = tmp_path / "project.yaml"
    block = register_blocks(file, tmp_path / "workspace", EnvironmentSecrets({}), clock_file=tmp_path / "clock")
    with block.open() as migration:
        projects.cut_over(migration.ledger, migration.name, "test")
    return block


def test_it_is_held_until_all_are_silent(project: MigrationProject, history: History, tmp_path: Path) -> None:
    clock = FileClock(tmp_path / "clock")
    clock.move_to(CUTOVER + timedelta(hours=3))
    first = callers(project=project, return_state=True)
    assert ended_as(first)[:2] == ("COMPLETED", "Held")
    assert "Devices that still call: 1 (printer of nobody known)" in str(first.message)
    rows = history.artifacts(first)["calling-callers"]["data"]
    assert [(row["state"], row["kind"], row["rule"]) for row in rows] == [("calling", "printer", "printer-name")]
    clock.move_to(CUTOVER + timedelta(days=5))
    last = callers(project=project, return_state=True)
    assert ended_as(last)[:2] == ("COMPLETED", "Completed")
    assert "No device calls any more" in str(last.message)
    (tmp_path / "mail.log.json").write_text("{}\n" * 3)
    broken = callers(project=project, return_state=True)
    assert ended_as(broken)[0] == "FAILED"
    assert f"{tmp_path / 'mail.log.json'}:1" in str(broken.message)
