"""A run that a schedule started does nothing before its time, and ends its schedule when the move is over; one by hand always runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Completed

from blocks import MigrationProject
from flows import by_schedule as module
from flows.by_schedule import by_schedule
from tests.phase import discovered
from tests.phase.test_comes_again import deleted


@by_schedule("delta")
def ran(project: MigrationProject) -> State[Any]:
    return Completed(message="it ran")


@pytest.fixture
def project(tmp_path: Path) -> MigrationProject:
    """On this machine's disk alone, so that no block is needed."""
    data = discovered.project(tmp_path).model_dump(mode="json", exclude={"contract", "servers"})
    whole = yaml.safe_load(discovered.EXAMPLE.read_text("utf-8"))
    servers = {
        name: {"kind": "local", "root": str(tmp_path / name)} for name in ("old-files", "new-files", "archive-folder")
    }
    data |= {"contract": whole["contract"], "servers": servers, "mailboxes": [], "drops": [], "playbook": None}
    file = tmp_path / "norrsken.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return MigrationProject(file=str(file), workspace=str(tmp_path / "work"))


def scheduled(auto: bool) -> FlowRunContext:
    return FlowRunContext.model_construct(flow_run=SimpleNamespace(auto_scheduled=auto))


def test_by_hand_it_runs_at_any_time(project: MigrationProject) -> None:
    assert ran(project).message == "it ran"
    with scheduled(auto=False):
        assert ran(project=project).message == "it ran"


def test_by_its_schedule_it_waits_for_the_first_pass(project: MigrationProject) -> None:
    with scheduled(auto=True):
        state = ran(project=project)
    assert state.is_completed()
    assert state.name == "Nothing to do"
    assert "No pass has ended yet" in str(state.message)


def test_by_its_schedule_it_ends_that_when_the_source_goes(
    project: MigrationProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with project.open() as migration:
        deleted(migration, None)
    ended: list[tuple[str, str]] = []
    monkeypatch.setattr(module, "end_schedule", lambda project, flow: ended.append((project, flow)))
    with scheduled(auto=True):
        state = ran(project=project)
    assert ended == [("norrsken", "delta")]
    assert "Its schedule is taken away" in str(state.message)
