"""The few calls to Prefect's REST API that starting and stopping need."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from deployments.stack import settings
from deployments.stack.sign_in import SignedIn

UNFINISHED = ["PENDING", "RUNNING", "CANCELLING", "PAUSED"]
ENDED = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


BUSY_PATIENCE_S = 30.0
BUSY_PAUSE_S = 0.5


class _PatientTransport(httpx.HTTPTransport):
    """Asks again while the server answers 503: its SQLite database is locked for moments while runs begin or end."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = time.monotonic() + BUSY_PATIENCE_S
        while True:
            response = super().handle_request(request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                return response
            response.close()
            time.sleep(BUSY_PAUSE_S)


def client(home: Path, url: str, timeout_s: float = 10.0) -> httpx.Client:
    """Signed in to the server at `url`; proxies of the environment are not asked, the server is on this machine."""
    return httpx.Client(
        base_url=f"{url}/api",
        auth=SignedIn(settings.auth_string(home)),
        timeout=timeout_s,
        trust_env=False,
        transport=_PatientTransport(),
    )


def answers(home: Path, url: str) -> bool:
    """Whether the server is healthy, and is ours: it accepts our sign-in."""
    try:
        with client(home, url, timeout_s=5.0) as api:
            return api.get("/health").status_code == httpx.codes.OK and api.get("/admin/version").is_success
    except httpx.HTTPError:
        return False


def last_heartbeat(api: httpx.Client, pool: str, name: str) -> str | None:
    """When the worker was last heard of, while it counts as online."""
    answer = api.post(f"/work_pools/{pool}/workers/filter", json={})
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    workers = answer.raise_for_status().json()
    heard = (worker for worker in workers if worker["name"] == name and worker["status"] == "ONLINE")
    return next((str(worker["last_heartbeat_time"]) for worker in heard), None)


def pool_is_paused(api: httpx.Client, pool: str) -> bool:
    return bool(api.get(f"/work_pools/{pool}").raise_for_status().json()["is_paused"])


def pause_pool(api: httpx.Client, pool: str, paused: bool) -> None:
    api.patch(f"/work_pools/{pool}", json={"is_paused": paused}).raise_for_status()


def unfinished_runs(api: httpx.Client, pool: str) -> list[dict[str, Any]]:
    """Flow runs that a worker of the pool has in its hands. Suspended runs have no process and may stay."""
    flow_runs = {"state": {"type": {"any_": UNFINISHED}}}
    query = {"flow_runs": flow_runs, "work_pools": {"name": {"any_": [pool]}}}
    runs: list[dict[str, Any]] = api.post("/flow_runs/filter", json=query).raise_for_status().json()
    return [run for run in runs if run["state"]["name"] != "Suspended"]


def unfinished_children(api: httpx.Client, run_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Flow runs that others started inside their own process, directly or deeper."""
    found: list[dict[str, Any]] = []
    parents = list(run_ids)
    while parents:
        query = {"flow_runs": {"parent_flow_run_id": {"any_": parents}, "state": {"type": {"any_": UNFINISHED}}}}
        children = api.post("/flow_runs/filter", json=query).raise_for_status().json()
        # A child with a pool is a deployment's run: it has a process of its own, and its pool's worker answers for it.
        children = [child for child in children if not child.get("work_pool_name")]
        found += children
        parents = [child["id"] for child in children]
    return found


def task_run_counts(api: httpx.Client) -> tuple[int, int]:
    """How many task runs the server has recorded, and how many of them have ended."""
    ended = {"task_runs": {"state": {"type": {"any_": ENDED}}}}
    counts = [api.post("/task_runs/count", json=query).raise_for_status().json() for query in ({}, ended)]
    return int(counts[0]), int(counts[1])


def set_state(api: httpx.Client, run_id: str, state: str, message: str, *, force: bool = False) -> None:
    body = {"state": {"type": state, "name": state.capitalize(), "message": message}, "force": force}
    api.post(f"/flow_runs/{run_id}/set_state", json=body).raise_for_status()
