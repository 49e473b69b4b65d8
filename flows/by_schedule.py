"""Flows that a schedule starts: such a run does nothing where nothing was begun, and takes its schedule away when the move is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from blocks import MigrationProject
from skyflytt.phase.comes_again import why_not_yet, why_over

SLUG = "skyflytt-{flow}"
"""By which a schedule that registering made is known again; what a person adds has no such slug, and is left alone."""
Given = ParamSpec("Given")


def by_schedule(flow: str) -> Callable[[Callable[Given, State[Any]]], Callable[Given, State[Any]]]:
    """For a flow's body, whose first parameter is the project. Runs that a person or the playbook starts are as they were."""

    def wrapped(body: Callable[Given, State[Any]]) -> Callable[Given, State[Any]]:
        @wraps(body)
        def ran(*given: Given.args, **named: Given.kwargs) -> State[Any]:
            project = named["project"] if "project" in named else given[0]
            assert isinstance(project, MigrationProject)
            idle = _why_idle(project, flow) if _comes_by_itself() else ""
            return Completed(name="Nothing to do", message=idle) if idle else body(*given, **named)

        return ran

    return wrapped


def end_schedule(project: str, flow: str) -> bool:
    """Take away the schedule that registering made for this flow of the project; False when there is none."""
    slug = SLUG.format(flow=flow)
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(f"{flow}/{project}")
        except ObjectNotFound:
            return False
        ours = [one.id for one in deployment.schedules if one.slug == slug and one.id]
        for schedule in ours:
            client.delete_deployment_schedule(deployment.id, schedule)
    return bool(ours)


def _comes_by_itself() -> bool:
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.auto_scheduled)


def _why_idle(project: MigrationProject, flow: str) -> str:
    with project.open() as migration:
        over, not_yet = why_over(migration, flow), why_not_yet(migration, flow)
    if over:
        end_schedule(project.name, flow)
        return f"{over} Its schedule is taken away; a run by hand is possible as before."
    return not_yet
