"""The end of a task as Prefect's task engine tells it: an event, from which the server writes the task's line in the history."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State, StateType, TaskRun
from prefect.events import Event
from prefect.exceptions import PrefectHTTPStatusError

PAGE = 200
TRIES, PAUSE_S = 30, 2.0
OF_THE_LINE = {"id", "created", "updated", "flow_run_id", "state_id", "state_type", "state_name", "state"}
OF_THE_SERVER = {"estimated_start_time_delta", "estimated_run_time"}


def end_of_task(task: TaskRun, flow_run: UUID, state: State[Any], at: datetime) -> Event:
    """Shape: `prefect.utilities.engine.emit_task_run_state_change_event`. It counts when nothing later than `at` is known of the task.

    `at` must not be the time of a state that the server may have: two of one task at one time, and everything that it writes down
    together with them is lost (Prefect 3.8.8, a unique constraint). For the same reason the same end is the same event.
    """
    ended, name, why = state.type, state.name or state.type.value.capitalize(), state.message
    told = task.model_dump(mode="json", exclude_none=True, exclude=OF_THE_LINE | OF_THE_SERVER)
    return Event(
        id=uuid5(task.id, f"{name} {at.isoformat()}"),
        occurred=at,
        event=f"prefect.task-run.{name}",
        resource={
            "prefect.resource.id": f"prefect.task-run.{task.id}",
            "prefect.resource.name": task.name,
            "prefect.state-message": why or "",
            "prefect.state-name": name,
            "prefect.state-timestamp": at.isoformat(),
            "prefect.state-type": ended.value,
            "prefect.orchestration": "client",
        },
        related=[{"prefect.resource.id": f"prefect.flow-run.{flow_run}", "prefect.resource.role": "flow-run"}],
        payload={
            "intended": {"from": StateType.RUNNING.value, "to": ended.value},
            "validated_state": {"type": ended.value, "name": name, "message": why},
            "task_run": {**told, "end_time": at.isoformat()},
        },
    )


def tell(client: SyncPrefectClient, events: Sequence[Event], wait: Callable[[float], None] = time.sleep) -> None:
    """Until the server has taken them; it may be away, or what it keeps them in, for a minute."""
    for start in range(0, len(events), PAGE):
        body = [event.model_dump(mode="json") for event in events[start : start + PAGE]]
        for left in reversed(range(TRIES)):
            try:
                client._client.post("/events", json=body).raise_for_status()
                break
            except (httpx.TransportError, PrefectHTTPStatusError) as error:
                if not left or (isinstance(error, PrefectHTTPStatusError) and error.response.status_code < 500):
                    raise
                wait(PAUSE_S)
