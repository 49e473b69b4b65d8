"""The runs that a run has started at other workers: found by their parent, started under a key, taken back, cancelled with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect import Flow, Task
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkerFilter,
    WorkerFilterStatus,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse, SetStateStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Cancelling, Pending

from blocks import MigrationProject
from flows.works import Work
from skyflytt.ledger.outcomes import Awaited
from skyflytt.phase.gathering import Child, PoolAway, Standing

PAGE = 200
GENERIC = "any-project"
STANDINGS = {
    StateType.SCHEDULED: Standing.WAITING,
    StateType.PENDING: Standing.RUNNING,
    StateType.RUNNING: Standing.RUNNING,
    StateType.PAUSED: Standing.RUNNING,
    StateType.CANCELLING: Standing.RUNNING,
    StateType.CRASHED: Standing.CRASHED,
    StateType.CANCELLED: Standing.CANCELLED,
}
UNFINISHED = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED]


@dataclass
class Children:
    """The runs of one task that a run waits for."""

    project: MigrationProject
    work: Work
    awaited: Awaited
    side_by_side: int
    tags: list[str]
    _known: list[Child] = field(default_factory=list)
    _deployment: DeploymentResponse | None = None

    def workers(self) -> int:
        """Those of the pool that have said in the last moments that they are there; none where nothing is deployed."""
        try:
            pool = self._found().work_pool_name
        except ObjectNotFound:
            return 0
        if not pool:
            return 0
        online = WorkerFilter(status=WorkerFilterStatus(any_=["ONLINE"]))
        with _answering() as client:
            return len(client.read_workers_for_work_pool(pool, worker_filter=online))

    def children(self) -> list[Child]:
        """In one question for each two hundred."""
        ours = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[UUID(self.awaited.run)]))
        found: list[FlowRun] = []
        with _answering() as client:
            while len(page := client.read_flow_runs(flow_run_filter=ours, limit=PAGE, offset=len(found))) == PAGE:
                found += page
        self._known = [_child(run) for run in [*found, *page] if self._is_ours(run)]
        return self._known

    def start(self, names: tuple[str, ...]) -> Child:
        """Under a key of the parent, the task and the names; with a number behind it when one for the first name was there before."""
        before = sum(names[0] in child.names for child in self._known)
        key = key_of(self.awaited, names, before + 1)
        deployment = self._found()
        parameters = {
            "project": {"$ref": {"block_document_id": str(self.project._block_document_id)}},
            "work": self.work.value,
            "names": list(names),
            "parent": self.awaited.run,
            "turn": self.awaited.turn,
            "side_by_side": self.side_by_side,
        }
        with _answering() as client:
            run = client.create_flow_run_from_deployment(
                deployment.id,
                parameters=parameters,
                name=run_name(self.project.name, self.work, names),
                tags=self.tags,
                idempotency_key=key,
                parent_task_run_id=_link(client, self.awaited.run, key, f"{self.work} · {about(names)}"),
            )
        return _child(run)

    def withdraw(self, child: Child) -> bool:
        """Only while it is scheduled."""
        with _answering() as client:
            state = client.read_flow_run(UUID(child.id)).state
            if state is None or state.type is not StateType.SCHEDULED:
                return False
            taken_back: State[object] = Cancelled(
                message="No worker had taken it: the run that waited for it does the work itself."
            )
            return client.set_flow_run_state(UUID(child.id), taken_back).status is SetStateStatus.ACCEPT

    def _is_ours(self, run: FlowRun) -> bool:
        return run.parameters.get("work") == self.work.value and run.parameters.get("turn") == self.awaited.turn

    def _found(self) -> DeploymentResponse:
        """The project's own deployment, else the generic one."""
        if self._deployment is None:
            with _answering() as client:
                try:
                    self._deployment = client.read_deployment_by_name(f"workload/{self.project.name}")
                except ObjectNotFound:
                    self._deployment = client.read_deployment_by_name(f"workload/{GENERIC}")
        return self._deployment


def key_of(awaited: Awaited, names: tuple[str, ...], number: int) -> str:
    """`<run>/<task>/<name>`; what has more than one name, comes again or is begun anew says so in it."""
    turn = f"#{awaited.turn}" if awaited.turn > 1 else ""
    more = f"+{len(names) - 1}.{hashlib.sha256('/'.join(names).encode()).hexdigest()[:12]}" if len(names) > 1 else ""
    return f"{awaited.run}/{awaited.task}{turn}/{names[0]}{more}" + (f"/{number}" if number > 1 else "")


def about(names: list[str] | tuple[str, ...]) -> str:
    """`anna and 11 more`."""
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def run_name(project: str, work: Work, names: list[str] | tuple[str, ...]) -> str:
    """`norrsken · move mailbox · anna and 11 more`."""
    return f"{project} · {work} · {about(names)}"


def cancel_children(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:  # noqa: ARG001 - hooks are called by these names
    """For the hook of a run that is cancelled: what it has started is cancelled with it."""
    cancel_started_by(flow_run.id)


def cancel_started_by(run: UUID) -> None:
    """Ask for it; their workers end them."""
    ours = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNFINISHED)),
    )
    with get_client(sync_client=True) as client:
        while children := client.read_flow_runs(flow_run_filter=ours, limit=PAGE):
            for child in children:
                client.set_flow_run_state(child.id, Cancelling(message="The run that started it was cancelled."))


def is_cancelled(run: str) -> bool:
    """Whether a run is cancelled, or about to be."""
    with get_client(sync_client=True) as client:
        try:
            state = client.read_flow_run(UUID(run)).state
        except ObjectNotFound:
            return False
    return state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED)


def taken_by_others(own: FlowRun, parent: str, names: list[str]) -> set[str]:
    """Names of a run that was lost and begun again, and that its parent has given to another run meanwhile."""
    ours = FlowRunFilter(
        parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[UUID(parent)]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNFINISHED)),
    )
    same = [own.parameters.get(part) for part in ("work", "turn")]
    with get_client(sync_client=True) as client:
        others = [run for run in client.read_flow_runs(flow_run_filter=ours, limit=PAGE) if run.id != own.id]
    later = [run for run in others if run.created and own.created and run.created > own.created]
    given = [run for run in later if [run.parameters.get(part) for part in ("work", "turn")] == same]
    return {name for run in given for name in run.parameters.get("names", ())} & set(names)


def _link(client: SyncPrefectClient, parent: str, key: str, name: str) -> UUID:
    """The line in the parent's run that stands for the child; asked for again, it is the same one."""
    line = Task(name=name, fn=lambda: None)
    line.task_key = "skyflytt.workload"
    return client.create_task_run(line, UUID(parent), key, name=name, state=Pending()).id


def _child(run: FlowRun) -> Child:
    state = run.state
    standing = STANDINGS.get(state.type, Standing.ENDED) if state else Standing.WAITING
    told = f"{state.name}: {state.message or ''}" if state else ""
    return Child(str(run.id), tuple(run.parameters.get("names", ())), standing, told)


@contextmanager
def _answering() -> Iterator[SyncPrefectClient]:
    try:
        with get_client(sync_client=True) as client:
            yield client
    except httpx.TransportError as error:
        raise PoolAway(str(error)) from error
    except PrefectHTTPStatusError as error:
        if error.response.status_code < 500:
            raise
        raise PoolAway(str(error)) from error
