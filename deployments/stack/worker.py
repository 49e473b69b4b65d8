"""Workers of the pool `skyflytt`, on the machine of the server: one, unless they are given names.

`stop` ends the last of them, and its runs with it; `worker_program` is what a worker does when it alone is told to end.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from deployments.stack import api, settings
from deployments.stack.failures import DeploymentsRefused, DidNotStart, last_lines
from deployments.stack.place import POLL_S, alone_in, project_root
from deployments.stack.process import Process, recorded, spawn
from deployments.stack.server import Server

POOL = "skyflytt"
NAME = "skyflytt-local"
WORKERS = "workers"
START_DEADLINE_S = 90.0
RUNS_PATIENCE_S = 30.0
CANCEL_PATIENCE_S = 30.0
STOP_PATIENCE_S = 15.0
STOPPED = "Its worker was stopped. Start it again: it does only what is left."


def start(
    server: Server, deadline_s: float = START_DEADLINE_S, *, name: str = NAME, limit: int | None = None
) -> Process:
    """The home's worker of this name, kept when it is online, else started (again); the pool is made by the first worker.

    `limit` is how many flow runs it has at once; None for any number.

    :raises DidNotStart: it ended or was not online in time.
    """
    own = _home_of(server.home, name)
    own.mkdir(parents=True, exist_ok=True)
    with alone_in(own), api.client(server.home, server.url) as calls:
        process = running(server.home, name)
        seen_before = None
        if process is None:
            # The worker before this one counts as online for a while after its end.
            seen_before = api.last_heartbeat(calls, POOL, name)
            process = _spawn(server, name, limit)
        if not _online_within(calls, name, process, seen_before, deadline_s):
            end(server.home, name)
            raise DidNotStart(
                f"Prefect worker {name}", f"it was not online in time{last_lines(log(server.home, name))}"
            )
        if (marker := _paused_marker(server.home)).exists():
            api.pause_pool(calls, POOL, paused=False)
            marker.unlink()
        return process


def stop(
    server: Server | None, home: Path, patience_s: float = RUNS_PATIENCE_S, say: Callable[[str], None] = print
) -> bool:
    """End the home's workers, if any runs; whether one did.

    No new run is taken, those in hand get `patience_s` to end, then they are cancelled; what even so does not end
    is Crashed. Without a server nothing can be said to the runs, and the workers are just ended.
    """
    with alone_in(home):
        if not (known := names(home)):
            return False
        if server is None:
            return _end_all(home, known)
        with api.client(home, server.url) as calls:
            alive = any(running(home, name) for name in known)
            in_hand = _drain(calls, home, patience_s, say) if alive else _ids(api.unfinished_runs(calls, POOL))
            ended = _end_all(home, known)
            _settle(calls, in_hand)
        for name in known:
            shutil.rmtree(_in_hand(home, name), ignore_errors=True)
        return ended


def running(home: Path, name: str = NAME) -> Process | None:
    process = recorded(_record(home, name))
    return process if process and process.found() else None


def names(home: Path) -> list[str]:
    """The workers of this home that were started and not stopped since."""
    one = [NAME] if _record(home, NAME).exists() else []
    return one + sorted(path.stem for path in (home / WORKERS).glob("*.json"))


def end(home: Path, name: str = NAME, patience_s: float = STOP_PATIENCE_S) -> bool:
    """Tell one worker to end, as its machine does when it goes down; what it gives back others take. Whether it ran."""
    process = recorded(_record(home, name))
    ended = process is not None and process.end(patience_s)
    _record(home, name).unlink(missing_ok=True)
    return ended


def deploy(server: Server) -> bool:
    """Apply every deployment of prefect.yaml; False when there is no such file.

    :raises DeploymentsRefused: with Prefect's own words.
    """
    root = project_root()
    if not (root / "prefect.yaml").is_file():
        return False
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    environment = settings.for_child(server.environment)
    done = subprocess.run(
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DeploymentsRefused(str(root / "prefect.yaml"), (done.stdout + done.stderr).strip()[-2000:])
    return True


def _spawn(server: Server, name: str, limit: int | None) -> Process:
    own = _home_of(server.home, name)
    command = ["deployments.stack.worker_program", "--pool", POOL, "--name", name]
    command += ["--limit", str(limit)] if limit else []
    environment = settings.for_child({**server.environment, "PREFECT_HOME": str(own)})
    record, written = _record(server.home, name), log(server.home, name)
    return spawn(command, record=record, log=written, cwd=project_root(), env=environment)


def _online_within(
    calls: httpx.Client, name: str, process: Process, seen_before: str | None, deadline_s: float
) -> bool:
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline and process.found():
        if api.last_heartbeat(calls, POOL, name) not in {None, seen_before}:
            return True
        time.sleep(POLL_S)
    return False


def _drain(calls: httpx.Client, home: Path, patience_s: float, say: Callable[[str], None]) -> list[str]:
    """Let the runs in hand end, or cancel them; the ids of those that did not end by themselves."""
    _pause_pool(calls, home)
    if _all_ended_within(calls, patience_s, say):
        return []
    runs = api.unfinished_runs(calls, POOL)
    for run in runs:
        say(f"Cancelling {run['name']}, which did not end within {patience_s:.0f} s.")
        api.set_state(calls, run["id"], "CANCELLING", STOPPED)
    _all_ended_within(calls, CANCEL_PATIENCE_S, say=lambda _: None)
    return _ids(runs)


def _all_ended_within(calls: httpx.Client, patience_s: float, say: Callable[[str], None]) -> bool:
    deadline = time.monotonic() + patience_s
    told = False
    while runs := api.unfinished_runs(calls, POOL):
        if not told:
            say(f"Waiting up to {patience_s:.0f} s for: {', '.join(run['name'] for run in runs)}")
            told = True
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def _ids(runs: list[dict[str, Any]]) -> list[str]:
    return [run["id"] for run in runs]


def _settle(calls: httpx.Client, in_hand: list[str]) -> None:
    """Nothing runs any more: runs that still say so are given an end."""
    for run in [*api.unfinished_runs(calls, POOL), *api.unfinished_children(calls, in_hand)]:
        api.set_state(calls, run["id"], "CRASHED", STOPPED, force=True)


def _end_all(home: Path, known: list[str]) -> bool:
    ended = [end(home, name) for name in known]
    return any(ended)


def _record(home: Path, name: str) -> Path:
    return home / "worker.json" if name == NAME else home / WORKERS / f"{name}.json"


def log(home: Path, name: str = NAME) -> Path:
    return home / ("worker.log" if name == NAME else f"{name}.log")


def _in_hand(home: Path, name: str) -> Path:
    return _home_of(home, name) / "in-hand" / name


def _home_of(home: Path, name: str) -> Path:
    """Workers beside each other share no more than workers on different machines do."""
    return home if name == NAME else home / WORKERS / name


def _pause_pool(calls: httpx.Client, home: Path) -> None:
    if not api.pool_is_paused(calls, POOL):
        _paused_marker(home).touch()
        api.pause_pool(calls, POOL, paused=True)


def _paused_marker(home: Path) -> Path:
    # Only a pause of ours is lifted at the next start, never one that a person set in the UI.
    return home / "pool-paused-by-stop"
