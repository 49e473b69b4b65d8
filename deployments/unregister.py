"""Take a project out of Prefect: deployments with their schedules, and blocks with their secrets. Ledger, archives and evidence stay."""

from __future__ import annotations

from dataclasses import dataclass

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import BlockDocument, StateType

from blocks.project import BLOCK_OF_KIND
from deployments.failures import NoSuchProject, RunsUnfinished
from deployments.known_blocks import all_blocks, of_its_file, projects_of, type_of
from deployments.of_project import GENERIC, deployments_called

AT_WORK = [StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]
PAGE = 200


@dataclass(frozen=True, slots=True)
class TakenAway:
    """What is gone."""

    deployments: tuple[str, ...]
    blocks: tuple[str, ...]


def unregister_project(name: str) -> TakenAway:
    """Raises `NoSuchProject`, and `RunsUnfinished` while a run of the project works or waits for an answer."""
    with get_client(sync_client=True) as client:
        deployments = {} if name == GENERIC else deployments_called(client, name)
        blocks = _blocks_of(client, name)
        if not deployments and not blocks:
            raise NoSuchProject(name, "there is neither a deployment nor a block of that name")
        if unfinished := _unfinished(client, name):
            raise RunsUnfinished(name, ", ".join(unfinished))
        for one in deployments.values():
            client.delete_deployment(one.id)
        for block in blocks:
            client.delete_block_document(block.id)
    return TakenAway(
        tuple(f"{flow}/{name}" for flow in deployments), tuple(str(block.name) for block in blocks if block.name)
    )


def _unfinished(client: SyncPrefectClient, name: str) -> list[str]:
    found = client.read_flow_runs(
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[name])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=AT_WORK))),
        limit=PAGE,
    )
    return sorted(one.name for one in found)


def _blocks_of(client: SyncPrefectClient, name: str) -> list[BlockDocument]:
    """The project's own block, and those of servers that it has or once had; none of another whose name begins alike."""
    documents = all_blocks(client)
    projects = projects_of(documents)
    slugs = {block.get_block_type_slug() for block in BLOCK_OF_KIND.values()}
    others = [other for other in projects if other != name]
    of_others = {block for other in others for block in of_its_file(other, projects[other])}
    longer = tuple(f"{other}-" for other in others if other.startswith(f"{name}-"))
    own = of_its_file(name, projects[name]) if name in projects else set()
    ours = [one for one in documents if type_of(one) in slugs and str(one.name) not in of_others]
    ours = [one for one in ours if one.name in own or _once_its(str(one.name), name, longer)]
    return ours + [projects[one] for one in projects if one == name]


def _once_its(block: str, project: str, longer: tuple[str, ...]) -> bool:
    """Called after the project, and not after one of a longer name."""
    return block.startswith(f"{project}-") and not (longer and block.startswith(longer))
