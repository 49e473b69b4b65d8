"""Every run says a last word when its end is recorded, well or not; it brings along what a broken connection had kept back."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
from prefect import flow, task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
from prefect.client.schemas.objects import StateType, TaskRun
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed, Running

from deployments.stack import api, server
from flows.delta import delta
from flows.last_word import EVENT, JUST_AFTER, say_last_word, tell_unknown_ends
from flows.workload import workload
from tasks.ends import keep_end, take_ends
from tasks.step import STEP
from tasks.task_events import end_of_task, tell
from tests.flows.history import wait_until

pytestmark = pytest.mark.prefect


@flow(name="probe-last-word", on_completion=[say_last_word], on_failure=[say_last_word])
def probe(well: bool) -> object:
    return Completed(message="done") if well else Failed(message="not done")


@pytest.mark.parametrize("well", [True, False])
def test_it_is_heard(prefect_harness: server.Server, well: bool) -> None:
    state = probe(well, return_state=True)

    run = state.state_details.flow_run_id
    with api.client(prefect_harness.home, prefect_harness.url) as calls:
        wanted = {"filter": {"event": {"name": [EVENT]}, "resource": {"id": [f"skyflytt.run.{run}"]}}}
        deadline = time.monotonic() + 60
        while not (heard := calls.post("/events/filter", json=wanted).raise_for_status().json()["events"]):
            assert time.monotonic() < deadline, "it was not heard"
            time.sleep(0.2)
    assert len(heard) == 1


@task(on_completion=[keep_end], on_failure=[keep_end])
def fails(really: bool) -> None:
    if really:
        raise ValueError("no such thing")


@flow(name="probe-ends")
def two_tasks() -> object:
    for really in (True, False):
        fails(really, return_state=True)
    return Completed(message="done")


def test_an_end_that_was_lost_on_the_way_is_told_again(prefect_harness: server.Server) -> None:
    state = two_tasks(return_state=True)
    run = UUID(str(state.state_details.flow_run_id))
    ends = take_ends(run)
    assert [state.type for _, state in ends] == [StateType.FAILED, StateType.COMPLETED]
    assert take_ends(run) == []
    with get_client(sync_client=True) as client:
        # Lines of tasks whose ends the server never heard of: one says Running, of one there is nothing at all.
        line = client.create_task_run(fails, run, "lost", name="lost", state=Running())
        later = [Failed(message="no such thing"), Completed()]
        lost = [(ends[0][0].model_copy(update=one), end) for one, end in zip(_lines(line), later, strict=True)]

        tell_unknown_ends(client, run, [*ends, *lost])

        for one, end in lost:
            wait_until(lambda one=one, end=end: _known(client, one.id) == (end.type, end.message or ""))


def test_an_end_that_was_only_late_is_written_down_beside_what_was_told_again(prefect_harness: server.Server) -> None:
    state = two_tasks(return_state=True)
    run = UUID(str(state.state_details.flow_run_id))
    ends = take_ends(run)
    with get_client(sync_client=True) as client:
        wait_until(lambda: all(_known(client, task.id) == (end.type, end.message or "") for task, end in ends))
        # As if the server had not had them when it was asked.
        tell(client, [end_of_task(task, run, end, end.timestamp + JUST_AFTER) for task, end in ends])
        another = two_tasks(return_state=True)

        for task, end in [*ends, *take_ends(UUID(str(another.state_details.flow_run_id)))]:
            wait_until(lambda task=task, end=end: _known(client, task.id) == (end.type, end.message or ""))


def _lines(line: TaskRun) -> list[dict[str, object]]:
    nowhere = uuid4()
    return [
        {"id": line.id, "task_key": line.task_key, "dynamic_key": "lost"},
        {"id": nowhere, "dynamic_key": str(nowhere)},
    ]


def _known(client: SyncPrefectClient, task_run: UUID) -> tuple[StateType, str] | None:
    try:
        state = client.read_task_run(task_run).state
    except ObjectNotFound:
        return None
    return (state.type, state.message or "") if state else None


def test_nothing_is_told_twice_where_the_server_knows(prefect_harness: server.Server) -> None:
    state = two_tasks(return_state=True)
    run = UUID(str(state.state_details.flow_run_id))
    with get_client(sync_client=True) as client:
        tell_unknown_ends(client, run, take_ends(run))
        mine = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run]))
        for one in client.read_task_runs(task_run_filter=mine):
            names = [state.name for state in client.read_task_run_states(one.id)]
            assert len(names) == len(set(names)) == 3


def test_tasks_keep_their_ends() -> None:
    assert keep_end in STEP["on_completion"]
    assert keep_end in STEP["on_failure"]


def test_phases_and_what_they_start_say_it() -> None:
    for one in (delta, workload):
        assert say_last_word in one.on_completion_hooks
        assert say_last_word in one.on_failure_hooks
