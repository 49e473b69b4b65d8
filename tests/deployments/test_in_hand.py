"""What becomes of a run whose process has ended, by the state that it was left in; and a worker's account of its runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from deployments.stack.in_hand import TRIES, InHand, next_state

NOW = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)


def left(state: StateType, name: str | None = None, begun: int = 1) -> State[object] | None:
    run = FlowRun(flow_id=uuid4(), state=State(type=state, name=name), run_count=begun)
    return next_state(run, "why", NOW)


@pytest.mark.parametrize("state", [StateType.PENDING, StateType.RUNNING, StateType.PAUSED])
def test_what_was_under_way_is_scheduled_again(state: StateType) -> None:
    new = left(state, begun=2)
    assert new is not None
    assert (new.type, new.name, new.message) == (StateType.SCHEDULED, "AwaitingRetry", "why")
    assert new.state_details.scheduled_time == NOW + timedelta(seconds=10)


@pytest.mark.parametrize(
    "state", [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED, StateType.SCHEDULED]
)
def test_what_has_ended_or_waits_stays(state: StateType) -> None:
    assert left(state) is None


def test_a_suspended_run_waits_for_a_person() -> None:
    assert left(StateType.PAUSED, "Suspended") is None


def test_what_was_being_cancelled_is_cancelled() -> None:
    new = left(StateType.CANCELLING)
    assert new is not None
    assert new.type == StateType.CANCELLED


def test_a_run_that_ends_its_process_every_time_is_not_begun_for_ever() -> None:
    new = left(StateType.RUNNING, begun=TRIES)
    assert new is not None
    assert new.type == StateType.CRASHED
    assert "5 times" in (new.message or "")


def test_the_account_outlives_its_worker(tmp_path: Path) -> None:
    first, second = uuid4(), uuid4()
    account = InHand(tmp_path / "in-hand" / "worker-1")
    assert not account
    account.take(first)
    account.take(second)
    account.leave(first)
    account.leave(first)

    assert list(InHand(tmp_path / "in-hand" / "worker-1")) == [second]
    assert account
