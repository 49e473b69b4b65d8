"""What a run's process left in the history when it was killed: tasks that nobody works at, and that would say Running for ever.

What a process tells of its tasks is written down some time later, half a minute where the server is busy: a task that says Running may
have ended well, and its end wait in the server's queue. So a task is ended in the same way as it would have told it, with a time just
after the last that is known of it: what it did tell later still counts, in whichever order the two are written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentTaskRunId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType, TaskRun
from prefect.context import FlowRunContext
from prefect.events import Event

PAGE = 200
WHY = "Its process ended before it did. What it had done is in the ledger; the run's next beginning goes on from there."
UNFINISHED = [
    StateType.SCHEDULED,
    StateType.PENDING,
    StateType.RUNNING,
    StateType.PAUSED,
    StateType.CANCELLING,
]
JUST_AFTER = timedelta(milliseconds=1)


def end_last_life() -> None:
    """For the beginning of a run: end the tasks of its earlier beginnings, when there were any."""
    context = FlowRunContext.get()
    if context is not None and isinstance(context.flow_run, FlowRun):
        _end_before(context.flow_run)


def end_last_life_again(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:  # noqa: ARG001 - hooks are called by these names
    """For the hooks of every flow: what had not been written down yet when it began."""
    _end_before(flow_run)


def _end_before(run: FlowRun) -> None:
    if run.run_count < 2:
        return
    with get_client(sync_client=True) as client:
        end_tasks(client, run, before=run.run_count)


def end_tasks(
    client: SyncPrefectClient, run: FlowRun, *, before: int, ended: StateType = StateType.CRASHED, why: str = WHY
) -> None:
    """End the tasks of all beginnings of a run before the one with this number.

    The line that stands for a run at another worker is that run's own, and left to it.
    """
    left = [task for task in _unfinished(client, run) if task.flow_run_run_count < before]
    others = _with_runs_of_their_own(client, left)
    events = [_end_of(task, run, ended, why) for task in left if task.id not in others]
    for start in range(0, len(events), PAGE):
        body = [event.model_dump(mode="json") for event in events[start : start + PAGE]]
        client._client.post("/events", json=body).raise_for_status()


def _end_of(task: TaskRun, run: FlowRun, ended: StateType, why: str) -> Event:
    """As Prefect's own task engine tells it (`prefect.utilities.engine.emit_task_run_state_change_event`)."""
    if task.state is None:
        raise ValueError(f"task run {task.id} is unfinished by a state that it does not have")
    at = task.state.timestamp + JUST_AFTER
    name = ended.value.capitalize()
    told = {"id", "created", "updated", "flow_run_id", "state_id", "state_type", "state_name", "state"}
    estimated = {"estimated_start_time_delta", "estimated_run_time"}
    return Event(
        occurred=at,
        event=f"prefect.task-run.{name}",
        resource={
            "prefect.resource.id": f"prefect.task-run.{task.id}",
            "prefect.resource.name": task.name,
            "prefect.state-message": why,
            "prefect.state-name": name,
            "prefect.state-timestamp": at.isoformat(),
            "prefect.state-type": ended.value,
            "prefect.orchestration": "client",
        },
        related=[{"prefect.resource.id": f"prefect.flow-run.{run.id}", "prefect.resource.role": "flow-run"}],
        payload={
            "intended": {"from": task.state.type.value, "to": ended.value},
            "validated_state": {"type": ended.value, "name": name, "message": why},
            "task_run": {
                **task.model_dump(mode="json", exclude_none=True, exclude=told | estimated),
                "end_time": at.isoformat(),
            },
        },
    )


def _unfinished(client: SyncPrefectClient, run: FlowRun) -> Iterator[TaskRun]:
    wanted = TaskRunFilter(
        flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]),
        state=TaskRunFilterState(type=TaskRunFilterStateType(any_=UNFINISHED)),
    )
    offset = 0
    while page := client.read_task_runs(task_run_filter=wanted, limit=PAGE, offset=offset):
        yield from page
        offset += len(page)


def _with_runs_of_their_own(client: SyncPrefectClient, tasks: list[TaskRun]) -> set[object]:
    found: set[object] = set()
    for start in range(0, len(tasks), PAGE):
        ids = [task.id for task in tasks[start : start + PAGE]]
        of_these = FlowRunFilter(parent_task_run_id=FlowRunFilterParentTaskRunId(any_=ids))
        found |= {run.parent_task_run_id for run in client.read_flow_runs(flow_run_filter=of_these, limit=PAGE)}
    return found
