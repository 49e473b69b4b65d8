"""What all flows share: how they are named and tagged in the run history, and that they run several mailboxes or shares side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from prefect import tags
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.task_runners import ThreadPoolTaskRunner

from flows.children import cancel_children
from flows.last_word import say_last_word
from skyflytt.phase.said import listed

SIDE_BY_SIDE = 4
SHOWN_IN_NAMES = ("act", "what", "phase", "step", "only", "server")
"""Parameters that tell one run of a flow from another; lists of mailboxes and shares do too."""
DRY_RUN = "dry run"


def phase_options(phase: str) -> dict[str, Any]:
    """Options of `@flow(**phase_options("export"))`."""
    return {
        "name": phase,
        "flow_run_name": partial(_run_name, phase),
        "task_runner": ThreadPoolTaskRunner(max_workers=SIDE_BY_SIDE),
        "persist_result": False,
        # A project that is spread has runs of its own at other workers.
        "on_cancellation": [cancel_children],
        "on_completion": [say_last_word],
        "on_failure": [say_last_word],
    }


def run_name(phase: str, parameters: Mapping[str, Any]) -> str:
    """`norrsken · export`, `norrsken · delta · anna, bengt · dry run`, `norrsken · domain · switch · zone-switched`."""
    parts = [parameters["project"].name, phase]
    # What became of a manual step is known only when its form was answered.
    shown = [name for name in SHOWN_IN_NAMES if (phase, name) != ("step", "act")]
    parts += [str(parameters[name]) for name in shown if parameters.get(name) and parameters[name] != phase]
    if names := [*(parameters.get("mailboxes") or ()), *(parameters.get("shares") or ())]:
        parts.append(listed(names))
    if parameters.get("dry_run"):
        parts.append(DRY_RUN)
    return " · ".join(parts)


def tags_of(project: str, phase: str) -> list[str]:
    """By these a run is found: the product, the phase, the customer's project. Deployments of a project have the same."""
    return ["skyflytt", phase, project]


@contextmanager
def tagged() -> Iterator[None]:
    """This run, its tasks and the runs that it starts itself have the tags of its project and phase, however it was started."""
    context = FlowRunContext.get()
    given = context.parameters or {} if context else {}
    if context is None or context.flow is None or context.flow_run is None or "project" not in given:
        yield
        return
    wanted = tags_of(given["project"].name, context.flow.name)
    wanted += [DRY_RUN] if given.get("dry_run") else []
    if missing := set(wanted).difference(context.flow_run.tags):
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, tags=[*context.flow_run.tags, *sorted(missing)])
    with tags(*wanted):
        yield


def _run_name(phase: str) -> str:
    context = FlowRunContext.get()
    return run_name(phase, context.parameters) if context and context.parameters else phase
