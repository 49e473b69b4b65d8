"""What every task has in common: it is tried again when the failure is transient, at growing intervals, and only then.

Prefect's intervals are fixed beforehand. What a server asks for beyond them is waited for here, before the failure gets out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.tasks import Task, exponential_backoff

from skyflytt.errors.base import Transient
from skyflytt.patience import spoken
from tasks.away import is_away, wait_for_server
from tasks.ends import keep_end

RETRIES = 4
BACK_OFF_SECONDS = 2
LONGEST_WAIT_S = 3600.0
"""The most that a step waits for a server; who asks for more is left alone until the next run."""


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the failure may pass by itself, in a time that is worth waiting; a wrong password is never tried twice."""
    failure = state.result(raise_on_failure=False)
    if isinstance(failure, BaseException) and is_away(failure):
        return True
    return isinstance(failure, Transient) and (failure.retry_after_s or 0.0) <= LONGEST_WAIT_S


@contextmanager
def obeying(tell: Callable[[str], None], wait: Callable[[float], None] = sleep) -> Iterator[None]:
    """Around everything that a task does: a failure that says when to come again gets out at that time, and holds nothing till then."""
    try:
        yield
    except Transient as failure:
        asked = failure.retry_after_s or 0.0
        if BACK_OFF_SECONDS < asked <= LONGEST_WAIT_S and _is_tried_again():
            tell(f"{failure.item} asks us to wait {spoken(asked)}")
            wait(asked)
        raise
    except Exception as error:
        if is_away(error) and _is_tried_again():
            wait_for_server(sleep=wait)
        raise


def runs_so_far() -> int | None:
    """How often the task that calls was begun, this time included; None outside of a run."""
    run = TaskRunContext.get()
    return run.task_run.run_count if run is not None else None


def _is_tried_again() -> bool:
    runs = runs_so_far()
    return runs is not None and runs <= RETRIES


STEP: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay_seconds": exponential_backoff(backoff_factor=BACK_OFF_SECONDS),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
    # The ledger knows what is done; a cached result would only claim it.
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "on_completion": [keep_end],
    "on_failure": [keep_end],
}
"""Options of `@task(**STEP, task_run_name=…)`."""
