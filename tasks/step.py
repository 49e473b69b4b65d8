"""What every task has in common: it is tried again when the failure is transient, at growing intervals, and only then."""

from __future__ import annotations

from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from skyflytt.errors.base import Transient

RETRIES = 4
BACK_OFF_SECONDS = 2


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the failure may pass by itself; a wrong password is never tried twice."""
    return isinstance(state.result(raise_on_failure=False), Transient)


STEP: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay_seconds": exponential_backoff(backoff_factor=BACK_OFF_SECONDS),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
    # The ledger knows what is done; a cached result would only claim it.
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Options of `@task(**STEP, task_run_name=…)`."""
