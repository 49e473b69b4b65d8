"""What every task keeps to."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed
from prefect.tasks import Task

import tasks
from blocks import MigrationProject
from skyflytt.errors.connection import PasswordRefused, ServerBusy, ServerUnreachable
from skyflytt.errors.files import PathMissing
from skyflytt.errors.ledger import PassRunning
from tasks.artifact_key import artifact_key
from tasks.step import BACK_OFF_SECONDS, LONGEST_WAIT_S, RETRIES, is_transient, obeying

MODULES = [import_module(f"tasks.{one.name}") for one in iter_modules(tasks.__path__)]
TASKS: dict[str, Task[..., Any]] = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Task) and value.fn.__module__ == module.__name__
}
OF_EVERY = pytest.mark.parametrize("name", sorted(TASKS))


def test_each_task_has_a_file_of_its_own() -> None:
    assert len(TASKS) == 26
    assert {task.fn.__module__ for task in TASKS.values()} == {f"tasks.{name}" for name in TASKS}


@OF_EVERY
def test_is_tried_again_at_growing_intervals_when_that_may_help(name: str) -> None:
    step = TASKS[name]
    assert step.retries == RETRIES
    assert step.retry_condition_fn is is_transient
    assert step.retry_delay_seconds == [BACK_OFF_SECONDS * 2**number for number in range(RETRIES)]
    assert step.retry_jitter_factor


@OF_EVERY
def test_is_never_answered_from_a_cache(name: str) -> None:
    assert TASKS[name].cache_policy is NO_CACHE
    assert TASKS[name].persist_result is False


@OF_EVERY
def test_is_named_after_project_and_item_and_takes_no_secret(name: str) -> None:
    parameters = inspect.signature(TASKS[name].fn, eval_str=True).parameters
    assert next(iter(parameters.values())).annotation is MigrationProject
    item = list(parameters)[1:2]
    run_name = TASKS[name].task_run_name
    assert isinstance(run_name, str)
    assert run_name.startswith("{project.name} · ")
    assert not item or run_name.endswith(" · {" + item[0] + "}")
    assert "secret" not in " ".join(parameters)
    assert TASKS[name].description


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        (ServerUnreachable("old-mail", "refused"), True),
        (PassRunning("mailbox anna", "held"), True),
        (PasswordRefused("anna"), False),
        (PathMissing("Visma/Backup"), False),
        (ValueError("a defect"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(failure: Exception, again: bool) -> None:
    assert is_transient(TASKS["move_share"], None, Failed(data=failure)) is again  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "again"), [(60.0, True), (LONGEST_WAIT_S, True), (LONGEST_WAIT_S + 1, False)])
def test_a_server_that_asks_for_too_long_is_left_alone(asked: float, again: bool) -> None:
    failure = ServerBusy("old-mail", "busy", retry_after_s=asked)
    assert is_transient(TASKS["move_mailbox"], None, Failed(data=failure)) is again  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "run_count", "waited"),
    [
        (300.0, 1, [300.0]),
        (300.0, RETRIES, [300.0]),
        (300.0, RETRIES + 1, []),
        (LONGEST_WAIT_S + 1, 1, []),
        (None, 1, []),
    ],
)
def test_what_a_server_asks_for_is_waited_for_before_the_next_try(
    asked: float | None, run_count: int, waited: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    slept: list[float] = []
    monkeypatch.setattr("tasks.step.runs_so_far", lambda: run_count)

    def busy() -> None:
        with obeying(told.append, slept.append):
            raise ServerBusy("old-mail", "busy", retry_after_s=asked)

    with pytest.raises(ServerBusy):
        busy()
    assert slept == waited
    assert told == ["old-mail asks us to wait 5 min"] * len(waited)


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("norrsken", "export", "anna"), "norrsken-export-anna"),
        (("norrsken", "delta", "anna.åström_2"), "norrsken-delta-anna-str-m-2"),
        (("norrsken", "erase", "share company"), "norrsken-erase-share-company"),
    ],
)
def test_keys_of_artifacts_are_what_prefect_takes(parts: tuple[str, ...], key: str) -> None:
    assert artifact_key(*parts) == key
