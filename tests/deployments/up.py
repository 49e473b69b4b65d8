"""`make up` in a home of its own, and what another shell or the UI's own API says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deployments.stack import api, server
from deployments.stack.place import project_root

PROJECT = "norrsken"


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


@contextmanager
def brought_up(home: Path) -> Iterator[Up]:
    """All of it runs until the end of the block."""
    done = stack("up", home)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield Up(home, done.stdout)
    finally:
        stack("down", home)
