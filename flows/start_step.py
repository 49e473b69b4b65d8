"""Start the flow of a playbook's step: in the work pool, as a run of its own, or in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType, FlowRunFilterTags
from prefect.deployments import run_deployment
from prefect.flows import Flow

from blocks import MigrationProject
from flows.callers import callers
from flows.cutover import cutover
from flows.decommission import decommission
from flows.delta import delta
from flows.discovery import discovery
from flows.domain import domain
from flows.drop import drop
from flows.export import export
from flows.last_life import UNFINISHED
from flows.late_mail import late_mail
from flows.licences import licences
from flows.mail_flow import mail_flow
from flows.options import tags_of
from flows.rehearsal import rehearsal
from skyflytt.playbook.model import Step

OF_PLAYBOOKS = (
    *(discovery, export, drop, delta, rehearsal, cutover, domain, mail_flow, late_mail, callers, licences),
    decommission,
)
FLOWS: dict[str, Flow[..., object]] = {one.name: one for one in OF_PLAYBOOKS}


def start_here(project: MigrationProject, step: Step) -> None:
    """Run it to its end. How it ended is in the ledger's step and in the run history."""
    FLOWS[step.flow or ""](project=project, return_state=True, **parameters_of(step))


def start_in_pool(project: MigrationProject, step: Step) -> None:
    """Hand it to a worker and go on. The run carries the step's tag, by which it is found again."""
    hand_over(project.name, step.flow or "", parameters_of(step), step_tag(project.name, step.id))


def parameters_of(step: Step) -> dict[str, Any]:
    """What its flow is told. The form's dry run is for what a person starts by hand; a step of a playbook is the work itself."""
    works = {"dry_run": False} if "dry_run" in FLOWS[step.flow or ""].parameters.properties else {}
    return {"step": step.id, **step.parameters, **works}


def hand_over(project: str, flow: str, parameters: Mapping[str, Any], tag: str) -> None:
    """Have a worker of the pool run the flow of this project; the run carries the tag, and those of its deployment."""
    run_deployment(
        f"{flow}/{project}",
        # A choice in a project's form takes no null: what is empty is left out.
        parameters={name: value for name, value in parameters.items() if value is not None},
        tags=[*tags_of(project, flow), tag],
        flow_run_name=f"{project} · {flow}",
        timeout=0,
        as_subflow=False,
    )


def is_unfinished(project: str, step: str) -> bool:
    """Whether a run for this step waits or works somewhere."""
    with get_client(sync_client=True) as client:
        wanted = FlowRunFilter(
            tags=FlowRunFilterTags(all_=[step_tag(project, step)]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNFINISHED)),
        )
        return bool(client.read_flow_runs(flow_run_filter=wanted, limit=1))


def step_tag(project: str, step: str) -> str:
    """`norrsken/first-delta`."""
    return f"{project}/{step}"
