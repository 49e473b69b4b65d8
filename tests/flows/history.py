"""The run history as the server's API tells it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from prefect.client.schemas.objects import State

from deployments.stack import api, server

PAGE = 200
PATIENCE_S = 60.0


def wait_until(condition: Callable[[], Any], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@dataclass(frozen=True)
class History:
    calls: httpx.Client

    @staticmethod
    @contextmanager
    def of(running: server.Server) -> Iterator[History]:
        with api.client(running.home, running.url, timeout_s=30.0) as calls:
            yield History(calls)

    def all(self, what: str, **query: Any) -> list[dict[str, Any]]:
        """Every `flow_runs`, `task_runs`, `artifacts`, `logs`, `deployments` or `block_documents` that the query finds."""
        found: list[dict[str, Any]] = []
        while True:
            body = {**query, "limit": PAGE, "offset": len(found)}
            page = self.calls.post(f"/{what}/filter", json=body).raise_for_status().json()
            found += page
            if len(page) < PAGE:
                return found

    def flow_run(self, state: State[Any]) -> dict[str, Any]:
        run: dict[str, Any] = self.calls.get(f"/flow_runs/{run_id(state)}").raise_for_status().json()
        return run

    def task_runs(self, state: State[Any]) -> dict[str, dict[str, Any]]:
        """The flow run's tasks by name, all of them ended: the server records them a moment after they did."""
        query = {"flow_runs": {"id": {"any_": [run_id(state)]}}}
        wait_until(lambda: all(run["state_type"] in api.ENDED for run in self.all("task_runs", **query)))
        return {run["name"]: run for run in self.all("task_runs", **query)}

    def artifacts(self, state: State[Any]) -> dict[str, dict[str, Any]]:
        """The flow run's artifacts by key, the newest of each; tables as rows."""
        found = self.all("artifacts", artifacts={"flow_run_id": {"any_": [run_id(state)]}}, sort="CREATED_DESC")
        for one in found:
            if one["type"] == "table":
                one["data"] = json.loads(one["data"])
        return {one["key"]: one for one in reversed(found)}

    def log(self, state: State[Any]) -> list[str]:
        """What the flow run logged, all of it: a run sends its lines in order, the last ones some seconds after its end."""
        query = {"logs": {"flow_run_id": {"any_": [run_id(state)]}}, "sort": "TIMESTAMP_ASC"}
        wait_until(lambda: any(one["message"].startswith("Finished in state") for one in self.all("logs", **query)))
        return [one["message"] for one in self.all("logs", **query)]

    def everything(self) -> Iterator[tuple[str, str]]:
        """Whatever the server tells about its runs: where it stands, and the text."""
        wait_until(lambda: len(set(api.task_run_counts(self.calls))) == 1)
        for what in ("flows", "flow_runs", "task_runs", "artifacts", "logs", "deployments", "block_documents"):
            for one in self.all(what):
                yield f"{what} {one.get('name') or one.get('key') or one['id']}", _text(one)
        for what in ("flow_run", "task_run"):
            for run in self.all(f"{what}s"):
                states = self.calls.get(f"/{what}_states/", params={f"{what}_id": run["id"]}).raise_for_status().json()
                yield f"states of {run['name']}", _text(states)
        for run in self.all("flow_runs"):
            inputs = self.calls.post(
                f"/flow_runs/{run['id']}/input/filter", json={"prefix": "", "limit": PAGE}
            ).raise_for_status()
            yield f"input of {run['name']}", _text(inputs.json())
        yield from self._events()

    def _events(self) -> Iterator[tuple[str, str]]:
        page = self.calls.post("/events/filter", json={"limit": 50}).raise_for_status().json()
        while True:
            for event in page["events"]:
                yield f"event {event['event']}", _text(event)
            if not page.get("next_page"):
                return
            page = self.calls.get(page["next_page"]).raise_for_status().json()


def run_id(state: State[Any]) -> str:
    return str(state.state_details.flow_run_id)


def ended_as(state: State[Any]) -> tuple[str, str, str]:
    """Type, name and message of a final state."""
    return state.type.value, state.name or "", state.message or ""


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
