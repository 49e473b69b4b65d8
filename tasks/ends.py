"""What the tasks of this process came to, kept until their run has seen to it that the server knows."""

from __future__ import annotations

from threading import Lock
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

End = tuple[TaskRun, State[Any]]
_ends: dict[UUID, list[End]] = {}
_lock = Lock()


def keep_end(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> None:  # noqa: ARG001 - hooks are called by these names
    """For the hooks of every task."""
    if task_run.flow_run_id is None:
        return
    # Without what it returned: a large thing would be kept for the length of the run.
    bare = State(type=state.type, name=state.name, message=state.message, timestamp=state.timestamp)
    with _lock:
        _ends.setdefault(task_run.flow_run_id, []).append((task_run, bare))


def take_ends(flow_run: UUID) -> list[End]:
    """Those of one run, which are not kept any longer."""
    with _lock:
        return _ends.pop(flow_run, [])
