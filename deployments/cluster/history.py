"""What the run history says after a pass: whether every run and every task has an end in it, and who did how much."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterTags,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun, TaskRun

from deployments.stack.in_hand import WORKER_LABEL

PAGE = 200
POLL_S = 2.0


@dataclass(slots=True)
class History:
    """`flow_runs` and `task_runs` by their state; what has no end, by its name; `without` are mailboxes of which no task ended well."""

    flow_runs: Counter[str] = field(default_factory=Counter)
    task_runs: Counter[str] = field(default_factory=Counter)
    unended: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    by_worker: Counter[str] = field(default_factory=Counter)
    begun_again: int = 0

    @property
    def complete(self) -> bool:
        return not self.unended and not self.without


def settled(project: str, mailboxes: Sequence[str], patience_s: float) -> History:
    """The history once the server has written down what it was told, at most after `patience_s`: it does so some time later."""
    deadline = time.monotonic() + patience_s
    while not (found := _history(project, mailboxes)).complete and time.monotonic() < deadline:
        time.sleep(POLL_S)
    return found


def _history(project: str, mailboxes: Sequence[str]) -> History:
    found, moved = History(), set[str]()
    with get_client(sync_client=True) as client:
        for run in _flow_runs(client, project):
            name = run.state.name if run.state else "none"
            found.flow_runs[name or "none"] += 1
            found.begun_again += max(0, run.run_count - 1)
            found.by_worker[run.labels.get(WORKER_LABEL, "none")] += 1  # type: ignore[index]
            if run.state is None or not run.state.is_final():
                found.unended.append(f"{run.name}: {name}")
            for task in _task_runs(client, run):
                state = task.state
                found.task_runs[(state.name if state else None) or "none"] += 1
                if state is None or not state.is_final():
                    found.unended.append(f"{run.name} / {task.name}: {state.name if state else 'none'}")
                elif state.is_completed():
                    moved.add(task.name.rpartition(" · ")[2])
    found.without = [name for name in mailboxes if name not in moved]
    return found


def _flow_runs(client: SyncPrefectClient, project: str) -> Iterator[FlowRun]:
    by_tag = FlowRunFilter(tags=FlowRunFilterTags(all_=[project]))
    offset = 0
    while page := client.read_flow_runs(flow_run_filter=by_tag, limit=PAGE, offset=offset):
        yield from page
        offset += len(page)


def _task_runs(client: SyncPrefectClient, run: FlowRun) -> Iterator[TaskRun]:
    mine = TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]))
    offset = 0
    while page := client.read_task_runs(task_run_filter=mine, limit=PAGE, offset=offset):
        yield from page
        offset += len(page)
