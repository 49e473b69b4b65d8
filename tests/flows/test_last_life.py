"""A run that was killed and is begun again: what its first life left Running is Crashed, what its runs elsewhere do is their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.flow_engine import run_flow
from prefect.states import Completed, Pending, Running, Scheduled, State
from prefect.utilities.engine import emit_task_run_state_change_event

from deployments.stack import server
from deployments.stack.in_hand import see_off
from flows.last_life import WHY, end_tasks
from flows.last_word import say_last_word
from flows.phase_run import explicit_end
from skyflytt.deadline.clock import SystemClock
from tests.flows.history import wait_until

pytestmark = pytest.mark.prefect


@task
def step() -> None:
    """One task of this life."""


@flow(name="probe-last-life")
@explicit_end
def probe() -> State[Any]:
    step()
    return Completed(message="done")


@pytest.fixture
def client(prefect_harness: server.Server) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def killed(client: SyncPrefectClient) -> Iterator[FlowRun]:
    """A run whose process is gone: it says Running, and so do its tasks. Others look at the history too: in the end all have ended."""
    run = client.create_flow_run(probe, state=Pending())
    client.set_flow_run_state(run.id, Running(), force=True)
    yield client.read_flow_run(run.id)
    mine = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]))
    for one in client.read_task_runs(task_run_filter=mine):
        if one.state is None or not one.state.is_final():
            client.set_task_run_state(one.id, Completed(), force=True)


def left(client: SyncPrefectClient, run: FlowRun, state: State[Any]) -> UUID:
    return client.create_task_run(step, run.id, str(uuid4()), name="left", state=state).id


def state_of(client: SyncPrefectClient, task_run: UUID) -> tuple[StateType | None, str | None]:
    """Nothing for the moment at which a new state is written down."""
    state = client.read_task_run(task_run).state
    return (state.type, state.message) if state is not None else (None, None)


def test_the_next_life_ends_what_the_last_one_left(client: SyncPrefectClient, killed: FlowRun) -> None:
    running, waiting, well = (left(client, killed, state) for state in (Running(), Pending(), Completed()))
    client.set_flow_run_state(killed.id, Scheduled(), force=True)

    run_flow(probe, flow_run=client.read_flow_run(killed.id))

    assert client.read_flow_run(killed.id).run_count == 2
    for one in (running, waiting):
        wait_until(lambda one=one: state_of(client, one) == (StateType.CRASHED, WHY))
    assert state_of(client, well)[0] is StateType.COMPLETED


def test_an_end_that_was_told_before_and_is_written_down_later_counts(
    client: SyncPrefectClient, killed: FlowRun
) -> None:
    ended_well, lost = left(client, killed, Running()), left(client, killed, Running())
    end_tasks(client, killed, before=9)
    wait_until(lambda: state_of(client, ended_well)[0] is StateType.CRASHED)
    wait_until(lambda: state_of(client, lost)[0] is StateType.CRASHED)

    said = client.read_task_run(ended_well)
    emit_task_run_state_change_event(said, said.state, Completed())

    wait_until(lambda: state_of(client, ended_well)[0] is StateType.COMPLETED)
    assert state_of(client, lost)[0] is StateType.CRASHED


def test_the_same_end_told_twice_is_written_down_once_and_costs_no_other(
    client: SyncPrefectClient, killed: FlowRun
) -> None:
    lost, other = left(client, killed, Running()), left(client, killed, Running())
    for _ in range(2):
        # Before the first one is written down.
        end_tasks(client, killed, before=9)
    emit_task_run_state_change_event(client.read_task_run(other), Running(), Completed())

    wait_until(lambda: state_of(client, lost)[0] is StateType.CRASHED)
    wait_until(lambda: state_of(client, other)[0] is StateType.COMPLETED)
    assert [one.name for one in client.read_task_run_states(lost)] == ["Running", "Crashed"]


def test_at_its_end_it_looks_again_for_what_was_not_written_down_at_its_beginning(
    client: SyncPrefectClient, killed: FlowRun
) -> None:
    late = left(client, killed, Running())
    client.set_flow_run_state(killed.id, Running(), force=True)

    say_last_word(probe, client.read_flow_run(killed.id), Completed())

    wait_until(lambda: state_of(client, late) == (StateType.CRASHED, WHY))


def test_tasks_of_this_life_and_runs_elsewhere_are_left_alone(client: SyncPrefectClient, killed: FlowRun) -> None:
    ours, line = left(client, killed, Running()), left(client, killed, Pending())
    child = client.create_flow_run(probe, parent_task_run_id=line)

    end_tasks(client, killed, before=9)
    wait_until(lambda: state_of(client, ours)[0] is StateType.CRASHED)
    assert state_of(client, line)[0] is StateType.PENDING
    assert not client.read_flow_run(child.id).state.is_final()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("found", "says", "tasks_are"),
    [
        (StateType.RUNNING, "AwaitingRetry", StateType.CRASHED),
        (StateType.CRASHED, None, StateType.CRASHED),
        (StateType.CANCELLING, "Cancelled", StateType.CANCELLED),
        (StateType.CANCELLED, None, StateType.CANCELLED),
    ],
)
def test_a_worker_that_sees_a_run_off_ends_its_tasks(
    client: SyncPrefectClient, killed: FlowRun, found: StateType, says: str | None, tasks_are: StateType
) -> None:
    task_run = left(client, killed, Running())
    client.set_flow_run_state(killed.id, State(type=found), force=True)

    assert see_off(client, killed.id, worker="w", why="It is gone.", now=SystemClock().now()) == says

    wait_until(lambda: state_of(client, task_run) == (tasks_are, "It is gone."))
