"""Every run says a last word when its end is recorded, well or not; it brings along what a broken connection had kept back."""

from __future__ import annotations

import time

import pytest
from prefect import flow
from prefect.states import Completed, Failed

from deployments.stack import api, server
from flows.delta import delta
from flows.last_word import EVENT, say_last_word
from flows.workload import workload

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


def test_phases_and_what_they_start_say_it() -> None:
    for one in (delta, workload):
        assert say_last_word in one.on_completion_hooks
        assert say_last_word in one.on_failure_hooks
