"""Flow `advance`: does what the playbook has due now, and says what each other step waits for. Safe at any time, and often."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import ACTOR, explicit_end
from flows.start_step import is_unfinished, start_here, start_in_pool
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import contract_deadlines
from skyflytt.phase.migration import Migration
from skyflytt.playbook.due import Standing, what_is_due
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.playbook.steps import StepState, ensure_steps, finish_step, start_step
from tasks.artifact_key import artifact_key


class Where(StrEnum):
    """Where the steps' flows run."""

    POOL = "work pool"
    HERE = "this process"


@flow(**phase_options("advance"))
@explicit_end
def advance(project: MigrationProject, where: Where = Where.POOL) -> State[Any]:
    """Start every automatic step that is due and free to run, settle those that only waited, show the whole playbook.

    Args:
        project: The customer's move.
        where: In the work pool (a run of its own for each step), or in this process, one after the other.
    """
    done: list[str] = []
    with project.open() as migration:
        if migration.project.playbook is None:
            return Completed(message="The project has no playbook; its phases are started by hand.")
        _prepare(migration)
        while ready := _next_ready(migration, where, done):
            done.append(ready.step.name)
            _do(migration, project, ready, where)
        return _tell(migration, done)


def _prepare(migration: Migration) -> None:
    playbook = load_playbook(migration.project.playbook or "")
    wanted = contract_deadlines(migration.project.contract, migration.project.zone)
    set_deadlines(migration.ledger, migration.name, wanted, by=ACTOR)
    ensure_steps(migration.ledger, migration.name, playbook, by=ACTOR)


def _standings(migration: Migration) -> list[Standing]:
    playbook = load_playbook(migration.project.playbook or "")
    return what_is_due(migration.ledger, migration.name, playbook, migration.project.zone)


def _next_ready(migration: Migration, where: Where, done: list[str]) -> Standing | None:
    """The first step that may be done now; one whose run was killed may be started again. None is done twice in one run."""
    for standing in _standings(migration):
        if standing.step.name in done:
            continue
        cut_off = standing.state is StepState.RUNNING and (
            where is Where.HERE or not is_unfinished(migration.name, standing.step.name)
        )
        if standing.ready or cut_off:
            return standing
    return None


def _do(migration: Migration, project: MigrationProject, ready: Standing, where: Where) -> None:
    step = ready.step
    if step.kind is not StepKind.AUTOMATIC:
        finish_step(migration.ledger, migration.name, step.name, by=ACTOR, outcome="its conditions hold")
        return
    start_step(migration.ledger, migration.name, step.name, by=ACTOR, again=True)
    start = start_here if where is Where.HERE else start_in_pool
    start(project, step)


def _tell(migration: Migration, done: list[str]) -> State[Any]:
    zone = migration.project.zone
    standings = _standings(migration)
    rows = [
        {
            "step": standing.step.title,
            "state": standing.state.value,
            "due": f"{standing.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if standing.due_at else "",
            "late": "LATE" if standing.late and standing.state is not StepState.DONE else "",
            "waits for": standing.waits_for,
        }
        for standing in standings
    ]
    late = [standing.step.name for standing in standings if standing.late and standing.state is not StepState.DONE]
    words = f"did {', '.join(done)}" if done else "nothing was due"
    if late:
        words += f"; late: {', '.join(late)}"
    create_table_artifact(
        rows, key=artifact_key(migration.name, "playbook"), description=f"**{migration.name}**: {words}"
    )
    return Completed(message=words)
