"""The local worker: runs what is deployed, and no run of its own stays Running after its stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployments.stack import api, server, settings, worker, worker_program
from tests.deployments import probe_flows

pytestmark = [pytest.mark.prefect, pytest.mark.long]
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    home = tmp_path_factory.mktemp("worker")
    started = server.start(home)
    worker.start(started)
    yield started
    worker.stop(started, home, patience_s=0)
    server.stop(home)


@pytest.fixture(scope="module")
def deployed(running: server.Server) -> dict[str, str]:
    """Deployment ids by the flow's name."""
    with settings.applied(running.environment):
        return {
            flow.name: str(
                flow.from_source(str(HERE), f"probe_flows.py:{flow.fn.__name__}").deploy(
                    name="local", work_pool_name=worker.POOL, build=False, push=False, print_next_steps=False
                )
            )
            for flow in (probe_flows.quick, probe_flows.outer)
        }


def begin(running: server.Server, deployment: str, marker: Path) -> str:
    with api.client(running.home, running.url) as calls:
        body = {"parameters": {"marker": str(marker)}, "state": {"type": "SCHEDULED"}}
        run: str = calls.post(f"/deployments/{deployment}/create_flow_run", json=body).raise_for_status().json()["id"]
    return run


def state_of(running: server.Server, run: str) -> str:
    with api.client(running.home, running.url) as calls:
        return str(calls.get(f"/flow_runs/{run}").raise_for_status().json()["state"]["type"])


def wait_until(condition: Any, patience_s: float = 90.0) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def test_a_deployed_flow_runs(running: server.Server, deployed: dict[str, str], tmp_path: Path) -> None:
    run = begin(running, deployed["quick"], tmp_path / "marker")
    wait_until(lambda: state_of(running, run) == "COMPLETED")
    assert (tmp_path / "marker").read_text() == "done"


def test_a_second_start_keeps_the_first(running: server.Server) -> None:
    assert worker.start(running) == worker.running(running.home)


def test_stop_ends_the_runs_and_the_next_start_takes_new_ones(
    running: server.Server, deployed: dict[str, str], tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    run = begin(running, deployed["outer"], marker)
    wait_until(marker.exists)
    process = worker.running(running.home)
    assert process is not None
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    said: list[str] = []

    assert worker.stop(running, running.home, patience_s=1.0, say=said.append) is True

    assert [member for member in family if member.is_running() and member.status() != psutil.STATUS_ZOMBIE] == []
    assert worker.running(running.home) is None
    assert state_of(running, run) == "CANCELLED"
    with api.client(running.home, running.url) as calls:
        assert api.unfinished_children(calls, [run]) == []
        assert (
            calls.post("/flow_runs/filter", json={"flow_runs": {"state": {"type": {"any_": api.UNFINISHED}}}}).json()
            == []
        )
    assert any("Cancelling" in line for line in said)

    waiting = begin(running, deployed["quick"], tmp_path / "later")
    worker.start(running)
    wait_until(lambda: state_of(running, waiting) == "COMPLETED")


def test_a_worker_that_was_killed_with_its_runs_leaves_none_running_after_the_next_stop(
    running: server.Server, deployed: dict[str, str], tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    run = begin(running, deployed["outer"], marker)
    wait_until(marker.exists)
    process = worker.running(running.home)
    assert process is not None
    dying = psutil.Process(process.pid)
    for member in (dying, *dying.children(recursive=True)):
        member.kill()
    assert state_of(running, run) == "RUNNING"

    worker.stop(running, running.home)

    assert state_of(running, run) == "CRASHED"


def test_a_worker_that_is_told_to_end_gives_its_runs_back(
    running: server.Server, deployed: dict[str, str], tmp_path: Path
) -> None:
    process = worker.start(running)
    marker = tmp_path / "marker"
    run = begin(running, deployed["outer"], marker)
    wait_until(marker.exists)
    alive = psutil.Process(process.pid)
    family = alive.children(recursive=True)
    before = drains(running)

    alive.terminate()
    wait_until(lambda: drains(running) > before)
    assert process.found() is not None, "the runs in hand have a time to end"
    alive.terminate()
    wait_until(lambda: process.found() is None)

    assert [member for member in family if member.is_running() and member.status() != psutil.STATUS_ZOMBIE] == []
    with api.client(running.home, running.url) as calls:
        state = calls.get(f"/flow_runs/{run}").json()["state"]
        assert (state["name"], state["message"]) == ("AwaitingRetry", worker_program.STOPPED)
        assert api.unfinished_children(calls, [run]) == []
        # The next worker would take it.
        api.set_state(calls, run, "CANCELLED", "enough", force=True)


def drains(running: server.Server) -> int:
    return worker.log(running.home).read_text().count("takes no new run")


@pytest.mark.heavy
def test_the_next_worker_gives_back_what_a_killed_one_had(
    running: server.Server, deployed: dict[str, str], tmp_path: Path
) -> None:
    process = worker.start(running)
    marker = tmp_path / "marker"
    run = begin(running, deployed["outer"], marker)
    wait_until(marker.exists)
    dying = psutil.Process(process.pid)
    for member in (dying, *dying.children(recursive=True)):
        member.kill()
    wait_until(lambda: process.found() is None)
    marker.unlink()

    worker.start(running)

    wait_until(marker.exists)
    with api.client(running.home, running.url) as calls:
        assert calls.get(f"/flow_runs/{run}").json()["run_count"] == 2
    worker.stop(running, running.home, patience_s=0)
    assert state_of(running, run) == "CANCELLED"
