"""What a run's process left in the history when it was killed: tasks that nobody works at, and that would say Running for ever.

What a process tells of its tasks is written down some time later, half a minute where the server is busy: a task that says Running may
have ended well, and its end wait in the server's queue. So a task is ended in the same way as it would have told it, with a time just
after the last that is known of it: what it did tell later still counts, in whichever order the two are written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

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

from tasks.task_events import end_of_task, tell

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
    run = context.flow_run if context else None
    if isinstance(run, FlowRun):
        with get_client(sync_client=True) as client:
            end_lives_before(client, run)


def end_lives_before(client: SyncPrefectClient, run: FlowRun) -> None:
    """Nothing for a run that was begun once."""
    if run.run_count > 1:
        end_tasks(client, run, before=run.run_count)


def end_tasks(
    client: SyncPrefectClient, run: FlowRun, *, before: int, ended: StateType = StateType.CRASHED, why: str = WHY
) -> None:
    """End the tasks of all beginnings of a run before the one with this number.

    The line that stands for a run at another worker is that run's own, and left to it.
    """
    left = [task for task in _unfinished(client, run) if task.flow_run_run_count < before]
    others = _with_runs_of_their_own(client, left)
    end = State(type=ended, message=why)
    ends = [
        end_of_task(task, run.id, end, task.state.timestamp + JUST_AFTER)
        for task in left
        if task.id not in others and task.state is not None
    ]
    tell(client, ends)


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
