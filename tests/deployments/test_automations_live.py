"""What the server does by itself when the processes really die, and whom it then tells: nobody of ours is alive to do it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployments.automations.apply import apply_automations
from deployments.automations.load import PREFIX, catalogue
from deployments.automations.on_call import OnCall, apprise_address
from deployments.stack import api, server, settings, worker
from tests.deployments import probe_flows
from tests.deployments.receiver import Receiver, receiving, until

pytestmark = [pytest.mark.prefect, pytest.mark.heavy, pytest.mark.timeout(900)]
HERE = Path(__file__).parent
SHORTER = {f"{PREFIX}late-run", f"{PREFIX}never-began", f"{PREFIX}stuck-cancel"}
"""Those are watched for 10 s instead of minutes."""


@pytest.fixture(scope="module")
def told() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, told: Receiver) -> Iterator[server.Server]:
    home = tmp_path_factory.mktemp("alarms")
    started = server.start(home)
    try:
        worker.start(started)
        with settings.applied(started.environment):
            wanted = [
                one
                if one.name not in SHORTER
                else one.model_copy(
                    update={"trigger": one.trigger.model_copy(update={"within": timedelta(seconds=10)})}
                )
                for one in catalogue()
            ]
            apply_automations(OnCall(apprise_address(told.address), "https://docs.example/runbooks"), wanted)
        yield started
    finally:
        worker.stop(started, home, patience_s=0)
        server.stop(home)


@pytest.fixture(scope="module")
def goes_on(running: server.Server) -> str:
    with settings.applied(running.environment):
        source = probe_flows.goes_on.from_source(str(HERE), "probe_flows.py:goes_on")
        made = source.deploy(
            name="local", work_pool_name=worker.POOL, tags=["skyflytt"], build=False, push=False, print_next_steps=False
        )
    return str(made)


def begin(running: server.Server, deployment: str, name: str, marker: Path) -> str:
    body = {"name": name, "parameters": {"marker": str(marker)}, "state": {"type": "SCHEDULED"}}
    with api.client(running.home, running.url) as calls:
        made = calls.post(f"/deployments/{deployment}/create_flow_run", json=body).raise_for_status().json()
    return str(made["id"])


def run_of(running: server.Server, run: str) -> dict[str, Any]:
    with api.client(running.home, running.url) as calls:
        found: dict[str, Any] = calls.get(f"/flow_runs/{run}").raise_for_status().json()
    return found


def states(running: server.Server, run: str) -> list[str]:
    with api.client(running.home, running.url) as calls:
        found = calls.get("/flow_run_states/", params={"flow_run_id": run}).raise_for_status().json()
    return [one["name"] for one in sorted(found, key=lambda one: str(one["timestamp"]))]


def kill_the_worker_and_its_runs(running: server.Server) -> None:
    process = worker.running(running.home)
    assert process is not None
    dying = psutil.Process(process.pid)
    for member in (dying, *dying.children(recursive=True)):
        member.kill()


def test_a_run_that_died_with_its_worker_goes_on_by_itself(
    running: server.Server, goes_on: str, told: Receiver, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    run = begin(running, goes_on, "norrsken · export", marker)
    until(marker.exists)
    kill_the_worker_and_its_runs(running)
    assert run_of(running, run)["state"]["type"] == "RUNNING"

    # With no worker alive, the server tells of the pool, calls the run crashed and plans it anew.
    pool = told.waits_for("No worker", worker.POOL, patience_s=300)
    assert "https://docs.example/runbooks/silent-pool.html" in pool["body"]
    until(lambda: "Crashed" in states(running, run), patience_s=240)
    until(lambda: run_of(running, run)["state"]["name"] in {"AwaitingRetry", "Late"})

    worker.start(running)
    until(lambda: run_of(running, run)["state"]["type"] == "COMPLETED", patience_s=120)
    assert marker.read_text() == "went on"
    assert run_of(running, run)["run_count"] == 2


def test_what_waits_for_a_worker_is_told_of_and_what_one_took_and_left_is_started_again(
    running: server.Server, goes_on: str, told: Receiver, tmp_path: Path
) -> None:
    kill_the_worker_and_its_runs(running)
    taken = begin(running, goes_on, "norrsken · taken", tmp_path / "taken")
    cancelled = begin(running, goes_on, "norrsken · cancelled", tmp_path / "cancelled")
    waiting = begin(running, goes_on, "norrsken · waiting", tmp_path / "waiting")
    with api.client(running.home, running.url) as calls:
        # As the worker did before it was killed.
        api.set_state(calls, taken, "PENDING", "")
        api.set_state(calls, cancelled, "PENDING", "")
        api.set_state(calls, cancelled, "RUNNING", "")
        api.set_state(calls, cancelled, "CANCELLING", "")

    until(lambda: "Crashed" in states(running, taken), patience_s=120)
    until(lambda: run_of(running, cancelled)["state"]["type"] == "CANCELLED", patience_s=120)
    late = told.waits_for("Late: norrsken · ", patience_s=180)
    assert "https://docs.example/runbooks/late-run.html" in late["body"]
    for marker in ("taken", "waiting"):
        (tmp_path / marker).write_text("begun")
    worker.start(running)
    for run in (taken, waiting):
        until(lambda: run_of(running, run)["state"]["type"] == "COMPLETED", patience_s=180)  # noqa: B023
