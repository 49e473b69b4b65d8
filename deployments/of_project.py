"""A project's own deployments: one of each flow, made after the generic one of prefect.yaml and kept up with it.

What is as it should be is not touched: neither its time of change nor its planned runs, and never whether a person paused it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName, FlowFilter, FlowFilterId
from prefect.client.schemas.responses import DeploymentResponse

from blocks import MigrationProject
from deployments.forms import form_for
from skyflytt.project.model import Project

GENERIC = "any-project"
"""The name under which prefect.yaml has every flow."""
MOST = 200
"""The server answers with no more at once; a name stands for one deployment of each flow."""


def deployments_called(client: SyncPrefectClient, name: str) -> dict[str, DeploymentResponse]:
    """By the flow's name: the generic ones, or a project's."""
    wanted = DeploymentFilter(name=DeploymentFilterName(any_=[name]))
    found = client.read_deployments(deployment_filter=wanted, limit=MOST)
    flows = client.read_flows(flow_filter=FlowFilter(id=FlowFilterId(any_=[one.flow_id for one in found])), limit=MOST)
    names = {flow.id: flow.name for flow in flows}
    return {names[one.flow_id]: one for one in found}


def make(
    client: SyncPrefectClient,
    generic: DeploymentResponse,
    wanted: Mapping[str, Any],
    schedules: list[DeploymentScheduleCreate],
    *,
    paused: bool,
) -> None:
    """The project's deployment of a flow that it had none of."""
    client.create_deployment(flow_id=generic.flow_id, paused=paused, schedules=schedules, **wanted)


def change(client: SyncPrefectClient, known: DeploymentResponse, wanted: Mapping[str, Any]) -> bool:
    """Bring the project's deployment up to what it has to be; False when it is so."""
    changed = {key: value for key, value in wanted.items() if _has(known, key) != value}
    if changed:
        client.update_deployment(known.id, DeploymentUpdate(**changed))
    return bool(changed)


def pause(client: SyncPrefectClient, deployment: DeploymentResponse, paused: bool) -> bool:
    """Stop or let go on what comes by a schedule; False when it was so already. A run by hand is possible either way."""
    if deployment.paused == paused:
        return False
    (client.pause_deployment if paused else client.resume_deployment)(deployment.id)
    return True


def wanted_of(flow: str, generic: DeploymentResponse, block: MigrationProject, project: Project) -> dict[str, Any]:
    """What the project's deployment of a flow has to be."""
    limit = generic.global_concurrency_limit
    return {
        "name": project.project,
        "description": generic.description,
        "tags": [*generic.tags, project.project],
        "entrypoint": generic.entrypoint,
        "path": generic.path,
        "pull_steps": generic.pull_steps,
        "work_pool_name": generic.work_pool_name,
        "job_variables": generic.job_variables,
        "parameters": {
            **generic.parameters,
            "project": {"$ref": {"block_document_id": str(block._block_document_id)}},
        },
        "parameter_openapi_schema": form_for(flow, generic.parameter_openapi_schema or {}, project),
        "enforce_parameter_schema": True,
        "concurrency_limit": limit.limit if limit else None,
        "concurrency_options": generic.concurrency_options,
    }


def _has(known: DeploymentResponse, key: str) -> Any:
    if key == "concurrency_limit":
        return known.global_concurrency_limit.limit if known.global_concurrency_limit else None
    return getattr(known, key)
