"""Which flow runs a worker has in its hands, on disk: who comes after it gives back what it left.

A run that is given back is scheduled again under its own id, and any worker of the pool takes it. Nothing is lost by that and
nothing done twice: a run asks the ledger what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateDetails, StateType
from prefect.exceptions import ObjectNotFound

from flows.last_life import end_tasks

WORKER_LABEL = "prefect.worker.name"
"""Prefect labels each run with the worker that took it last."""
TRIES = 5
"""So often a run is begun; one that ends its process every time is not begun for ever."""
PAUSE_S = 5.0
UNFINISHED = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING, StateType.PAUSED]


class InHand:
    """A worker's folder with a file for each run that it has taken and not seen the end of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __iter__(self) -> Iterator[UUID]:
        return (UUID(path.name) for path in sorted(self._folder.iterdir()))

    def __bool__(self) -> bool:
        return any(self._folder.iterdir())

    def take(self, run: UUID) -> None:
        (self._folder / str(run)).touch()

    def leave(self, run: UUID) -> None:
        (self._folder / str(run)).unlink(missing_ok=True)


def see_off(
    client: SyncPrefectClient,
    run_id: UUID,
    *,
    worker: str,
    why: str,
    now: datetime,
    first: Callable[[], None] | None = None,
) -> str | None:
    """Look at a run whose process has ended, and give it back when it did not come to an end of its own.

    `why` is the message of its new state, whose name is returned; None when it needed none. A run that another worker has taken
    since is left alone. `first` is done before a run gets its new state.
    """
    try:
        run = client.read_flow_run(run_id)
    except ObjectNotFound:
        return None
    if run.state is None or run.labels.get(WORKER_LABEL, worker) != worker:
        return None
    new = next_state(run, why, now)
    if new is None:
        if run.state.type in (StateType.CRASHED, StateType.CANCELLED):
            _end_what_it_left(client, run, run.state.type, why)
        return None
    if first is not None:
        first()
    _end_what_it_left(client, run, StateType.CANCELLED if new.is_cancelled() else StateType.CRASHED, why)
    client.set_flow_run_state(run_id, new, force=True)
    return new.name


def next_state(run: FlowRun, why: str, now: datetime) -> State[object] | None:
    """The state of a run whose process has ended, or None when the one that it has is right."""
    state = run.state
    if state is None or state.name == "Suspended":
        return None  # it has given its process back by itself, and waits for a person
    if state.type == StateType.CANCELLING:
        return State(type=StateType.CANCELLED, message=why)
    if state.type not in (StateType.PENDING, StateType.RUNNING, StateType.PAUSED):
        return None  # it has ended; one that crashed is begun again by the server's own automation
    if run.run_count >= TRIES:
        return State(
            type=StateType.CRASHED, message=f"{why} It was begun {run.run_count} times, and is not begun again."
        )
    # A little later every time: what ended it may not be over yet.
    at = now + timedelta(seconds=PAUSE_S * run.run_count)
    details = StateDetails.model_validate({"scheduled_time": at})
    return State(type=StateType.SCHEDULED, name="AwaitingRetry", message=why, state_details=details)


def _end_what_it_left(client: SyncPrefectClient, run: FlowRun, ended: StateType, why: str) -> None:
    """Its tasks, and the flows that it had called in its own process; those with a pool of their own have other processes."""
    end_tasks(client, run, before=run.run_count + 1, ended=ended, why=why)
    unfinished = FlowRunFilterState(type=FlowRunFilterStateType(any_=UNFINISHED))
    mine = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run.id]), state=unfinished)
    for child in client.read_flow_runs(flow_run_filter=mine):
        if not child.work_pool_name:
            _end_what_it_left(client, child, ended, why)
            client.set_flow_run_state(child.id, State(type=ended, message=why), force=True)
