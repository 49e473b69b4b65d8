"""A run's last word to the server, after its end is recorded there: what its tasks came to, as far as the server does not know.

What a run tells of its tasks goes over a connection of its own, and through the server's queue. While the server or the queue (Redis) is
killed, some of it may be lost, and what was told to a broken connection is kept in the run's memory until somebody speaks again. The
ledger knows what was done; without a last word the history would not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterId
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event

from flows.last_life import end_lives_before
from tasks.ends import End, take_ends
from tasks.task_events import PAGE, end_of_task, tell

EVENT = "skyflytt.run.ended"
PAUSES_S = (0.0, 0.1, 0.2, 0.4, 0.8, 1.5)
"""Before each look: the server writes down what it is told a moment later."""
JUST_AFTER = timedelta(microseconds=1)


def say_last_word(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:  # noqa: ARG001 - hooks are called by these names
    """For the hooks of every flow. The server has just answered: this event brings what waited before it along."""
    emit_event(EVENT, {"prefect.resource.id": f"skyflytt.run.{flow_run.id}", "prefect.resource.name": flow_run.name})
    with get_client(sync_client=True) as client:
        end_lives_before(client, flow_run)
        tell_unknown_ends(client, flow_run.id, take_ends(flow_run.id))


def tell_unknown_ends(
    client: SyncPrefectClient, run: UUID, ends: Sequence[End], wait: Callable[[float], None] = time.sleep
) -> None:
    """Tell the ends again that the server does not have after a few seconds."""
    left = list(ends)
    for pause_s in PAUSES_S:
        if not left:
            return
        wait(pause_s)
        known = _ended(client, [task.id for task, _ in left])
        left = [(task, state) for task, state in left if task.id not in known]
    tell(client, [end_of_task(task, run, state, state.timestamp + JUST_AFTER) for task, state in left])


def _ended(client: SyncPrefectClient, tasks: Sequence[UUID]) -> set[UUID]:
    """Those whose end is written down."""
    found: set[UUID] = set()
    for start in range(0, len(tasks), PAGE):
        these = TaskRunFilter(id=TaskRunFilterId(any_=list(tasks[start : start + PAGE])))
        page = client.read_task_runs(task_run_filter=these, limit=PAGE)
        found |= {one.id for one in page if one.state is not None and one.state.is_final()}
    return found
