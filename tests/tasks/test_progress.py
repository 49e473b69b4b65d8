"""What people see of a step on its way: an artifact of its run, once there is something to tell."""

from __future__ import annotations

from threading import Thread

import pytest
from prefect import flow

from deployments.stack import server
from tasks.progress import SECONDS_BETWEEN, Report
from tests.flows.history import History

pytestmark = pytest.mark.prefect
KEY = "norrsken-delta-anna-progress"


@flow
def stepping(seconds: float, sentence: str) -> None:
    """A step of so many seconds, which is told of by another thread of it."""
    clock_s = [0.0]
    report = Report("delta", "anna", KEY, lambda: clock_s[0])
    clock_s[0] += seconds
    told = Thread(target=report.tell, args=(sentence,)) if sentence else Thread(target=report, args=(1, 4))
    told.start()
    told.join()
    report.end()


@pytest.mark.parametrize(
    ("seconds", "sentence", "shown"),
    [
        (SECONDS_BETWEEN - 1, "", {}),
        (SECONDS_BETWEEN + 1, "", {KEY: 100.0}),
        (0.0, "mail.example.com asks us to wait 45 s", {KEY: 100.0}),
    ],
)
def test_a_step_that_had_nothing_to_tell_leaves_no_artifact(
    prefect_harness: server.Server, seconds: float, sentence: str, shown: dict[str, float]
) -> None:
    state = stepping(seconds, sentence, return_state=True)

    assert state.is_completed()
    with History.of(prefect_harness) as history:
        found, log = history.artifacts(state), history.log(state)
    assert {key: one["data"] for key, one in found.items()} == shown
    assert [line for line in log if "asks us" in line] == ([f"delta anna: {sentence}"] if sentence else [])
