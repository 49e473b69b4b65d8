"""Steps' rows: who started one, who may end it, and that a killed one may be started again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.playbook import StepNotStarted, StepUnknown
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.steps import StepState, ensure_steps, fail_step, finish_step, start_step, step_rows


@pytest.fixture
def taken(ledger: Ledger) -> Ledger:
    ensure_steps(ledger, "norrsken", load_playbook("hosted-office-exit"), by="advance")
    return ledger


def state(ledger: Ledger, name: str) -> StepState:
    return step_rows(ledger, "norrsken")[name].state


def actions(ledger: Ledger) -> list[str]:
    return [entry.action for entry in entries(ledger, "norrsken")]


def test_rows_are_made_once_and_in_order(taken: Ledger) -> None:
    playbook = load_playbook("hosted-office-exit")
    assert ensure_steps(taken, "norrsken", playbook, by="advance") == 0
    assert list(step_rows(taken, "norrsken")) == [step.id for step in playbook.steps]
    assert actions(taken) == ["playbook-taken"]


def test_one_caller_starts_it_and_it_ends_once(taken: Ledger) -> None:
    assert start_step(taken, "norrsken", "discovery", by="advance")
    assert not start_step(taken, "norrsken", "discovery", by="another advance")
    assert finish_step(taken, "norrsken", "discovery", by="advance", outcome="4 mailboxes")
    assert not finish_step(taken, "norrsken", "discovery", by="advance")
    row = step_rows(taken, "norrsken")["discovery"]
    assert (row.state, row.by, row.outcome) == (StepState.DONE, "advance", "4 mailboxes")
    assert actions(taken)[1:] == ["step-started", "step-done"]


def test_a_step_that_a_killed_process_left_running_starts_again_when_asked(taken: Ledger, clock: MovableClock) -> None:
    start_step(taken, "norrsken", "export", by="worker 1")
    clock.advance(timedelta(hours=1))
    assert start_step(taken, "norrsken", "export", by="worker 2", again=True)
    row = step_rows(taken, "norrsken")["export"]
    assert (row.by, row.started_at) == ("worker 2", clock.now())
    assert actions(taken)[-1] == "step-started-again"


def test_a_failed_step_keeps_its_reason_and_starts_again(taken: Ledger) -> None:
    start_step(taken, "norrsken", "export", by="advance")
    assert fail_step(taken, "norrsken", "export", by="advance", outcome="the disk is full")
    assert step_rows(taken, "norrsken")["export"].outcome == "the disk is full"
    with pytest.raises(StepNotStarted):
        finish_step(taken, "norrsken", "export", by="advance")
    assert start_step(taken, "norrsken", "export", by="advance")
    assert step_rows(taken, "norrsken")["export"].outcome is None


def test_what_is_done_does_not_fail_afterwards(taken: Ledger) -> None:
    finish_step(taken, "norrsken", "receipt", by="Anna Åström")
    assert not fail_step(taken, "norrsken", "receipt", by="advance", outcome="late")
    assert state(taken, "receipt") is StepState.DONE


def test_a_repeated_step_that_runs_again_keeps_the_end_of_the_last_time(taken: Ledger, clock: MovableClock) -> None:
    start_step(taken, "norrsken", "weekly-delta", by="advance")
    finish_step(taken, "norrsken", "weekly-delta", by="advance")
    first = clock.now()
    clock.advance(timedelta(days=7))
    assert start_step(taken, "norrsken", "weekly-delta", by="advance", again=True)
    assert step_rows(taken, "norrsken")["weekly-delta"].ended_at == first


def test_an_unknown_step(taken: Ledger) -> None:
    with pytest.raises(StepUnknown):
        start_step(taken, "norrsken", "lunch", by="advance")
