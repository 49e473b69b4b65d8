"""`make up` as its user sees it: another shell starts each flow and watches it end; `make down` leaves nothing running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from deployments.stack import api, server
from deployments.stack.customer import sandbox_root
from deployments.stack.place import project_root
from flows.start_step import FLOWS

pytestmark = [pytest.mark.prefect, pytest.mark.real]

PROJECT = "norrsken"
# Nobody waits for the old TTL here; `domain` alone plans the change.
PARAMETERS = {"cutover": ["--param", "approved_by=Bengt Öberg", "--param", "without_waiting=true"]}
IN_ORDER = [
    *("discovery", "export", "delta", "drop", "domain", "mail-flow", "rehearsal", "cutover", "late-mail", "callers"),
    *("licences", "decommission"),
]
HELD = ("callers", "decommission")
ALONE = ("licences",)
"""The project names no directory, so that there is a summary and no more."""


@dataclass(frozen=True)
class Up:
    """What `up` made in `home`; `flow` is called as in another shell."""

    home: Path
    said: str

    def flow(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        run = ["prefect", "deployment", "run", f"{name}/{PROJECT}", "--watch", "--watch-interval", "1", *arguments]
        script = f'source "{self.home / "env.sh"}" && exec "$@"'
        strange = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            ["bash", "-c", script, "bash", *run], cwd="/", env=strange, capture_output=True, text=True, check=False
        )

    def runs(self, flow: str) -> list[dict[str, object]]:
        """The flow's runs with their artifacts' keys under `keys`."""
        running = server.running(self.home)
        assert running is not None
        with api.client(running.home, running.url, timeout_s=30.0) as calls:
            query = {"flows": {"name": {"any_": [flow]}}}
            found: list[dict[str, object]] = calls.post("/flow_runs/filter", json=query).raise_for_status().json()
            for run in found:
                wanted = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}, "limit": 200}
                made = calls.post("/artifacts/filter", json=wanted).raise_for_status().json()
                run["keys"] = {artifact["key"] for artifact in made}
        return found

    def ended(self, flow: str, *arguments: str) -> dict[str, object]:
        """Start it, see it end Completed, with a summary among its artifacts; the run."""
        before = {run["id"] for run in self.runs(flow)}
        done = self.flow(flow, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        (run,) = [run for run in self.runs(flow) if run["id"] not in before]
        assert run["state_type"] == "COMPLETED", run
        return run


def stack(action: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`make up|down|status`, but in a home of its own."""
    command = [sys.executable, "-m", "deployments.stack", action, "--home", str(home)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(command, cwd=project_root(), env=own, capture_output=True, text=True, check=False)


def processes_below(folder: Path) -> list[str]:
    """Command lines of the processes that name the folder, in their command or in their PREFECT_HOME."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            command = " ".join(process.cmdline())
            if str(folder) in command or process.environ().get("PREFECT_HOME", "").startswith(str(folder)):
                found.append(command)
        except psutil.Error:
            continue
    return found


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    home = tmp_path_factory.mktemp("up") / "prefect"
    done = stack("up", home)
    assert done.returncode == 0, done.stdout + done.stderr
    yield Up(home, done.stdout)
    stack("down", home)


def test_up_says_where_everything_is(up: Up) -> None:
    running = server.running(up.home)
    assert running is not None
    assert running.ui_url in up.said
    assert f"source {up.home / 'env.sh'}" in up.said
    assert stack("status", up.home).returncode == 0


def test_advance_started_from_another_shell_ends_completed(up: Up) -> None:
    """The sandbox's clock stands at the day of the notice: discovery is due, and gets a run of its own in the pool."""
    run = up.ended("advance")
    assert run["name"] == f"{PROJECT} · advance"
    assert run["keys"] == {f"{PROJECT}-playbook", f"{PROJECT}-deadlines"}
    (discovery,) = up.runs("discovery")
    assert discovery["name"] == f"{PROJECT} · discovery"


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("flow", IN_ORDER)
def test_each_flow_started_from_another_shell_ends_completed(up: Up, flow: str) -> None:
    run = up.ended(flow, *PARAMETERS.get(flow, []))
    assert run["name"] == f"{PROJECT} · {flow}"
    keys = run["keys"]
    assert isinstance(keys, set)
    assert f"{PROJECT}-{flow}-summary" in keys
    assert len(keys) > 1 or flow in ALONE
    state = run["state"]
    assert isinstance(state, dict)
    assert state["name"] == ("Held" if flow in HELD else "Completed"), state


@pytest.mark.heavy
def test_a_decision_from_another_shell_ends_completed(up: Up) -> None:
    run = up.ended("approve", "--param", "what=the cutover may be made", "--param", "full_name=Anna Åström")
    assert run["keys"] == {f"{PROJECT}-decision"}


def test_every_flow_of_the_road_is_among_them() -> None:
    assert set(IN_ORDER) == set(FLOWS)


def test_down_leaves_none_of_its_processes(up: Up) -> None:
    assert len(processes_below(up.home.parent)) > 5
    secrets = json.loads((sandbox_root(up.home) / "secrets.json").read_text())
    done = stack("down", up.home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert processes_below(up.home.parent) == []
    assert not (up.home / "env.sh").exists()
    assert [key for key, value in secrets.items() if value in done.stdout + up.said] == []
