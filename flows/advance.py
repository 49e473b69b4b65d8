"""Flow `advance`: does what the playbook has due now, and says what each other step waits for. Safe at any time, and often."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from blocks import MigrationProject
from flows.alarms import raise_alarms
from flows.by_schedule import by_schedule
from flows.options import phase_options
from flows.phase_run import ACTOR, explicit_end
from flows.start_step import is_unfinished, start_here, start_in_pool
from skyflytt.deadline.countdowns import warnings_due
from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.deadline.shown import shown
from skyflytt.deadline.table import deadlines
from skyflytt.phase.coming import coming, standings
from skyflytt.phase.directories import heed_directories
from skyflytt.phase.migration import Migration
from skyflytt.phase.notices import NOT_TOLD, tell_what_is_due
from skyflytt.playbook.due import Standing
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.playbook.steps import StepState, ensure_steps, finish_step, start_step
from skyflytt.report.write import keep_report
from tasks.artifact_key import artifact_key


class Where(StrEnum):
    """Where the steps' flows run."""

    POOL = "work pool"
    HERE = "this process"


@flow(**phase_options("advance"))
@explicit_end
@by_schedule("advance")
def advance(project: MigrationProject, where: Where = Where.POOL) -> State[Any]:
    """Start every automatic step that is due and free to run, settle those that only waited, show the whole playbook.

    Args:
        project: The customer's move.
        where: In the work pool (a run of its own for each step), or in this process, one after the other.
    """
    done: list[str] = []
    with project.open() as migration:
        if migration.project.playbook is None:
            raise_alarms(migration, [])
            words = ["The project has no playbook; its phases are started by hand.", keep_report(migration)]
            return Completed(message=" ".join(filter(None, words)))
        _prepare(migration)
        said = [*heed_directories(migration), *tell_what_is_due(migration, coming(migration))]
        while ready := _next_ready(migration, where, done):
            done.append(ready.step.id)
            _do(migration, project, ready, where)
        return _tell(migration, done, said)


def _prepare(migration: Migration) -> None:
    playbook = load_playbook(migration.project.playbook or "")
    project = migration.project
    set_contract_deadlines(migration.ledger, migration.name, project.contract, project.zone, project.business, by=ACTOR)
    ensure_steps(migration.ledger, migration.name, playbook, by=ACTOR)


def _next_ready(migration: Migration, where: Where, done: list[str]) -> Standing | None:
    """The first step that may be done now; one whose run was killed may be started again. None is done twice in one run."""
    for standing in standings(migration):
        step = standing.step
        if step.id in done or (step.kind is StepKind.MANUAL and not step.settles_itself):
            continue
        cut_off = standing.state is StepState.RUNNING and (
            where is Where.HERE or not is_unfinished(migration.name, step.id)
        )
        if standing.ready or cut_off:
            return standing
    return None


def _do(migration: Migration, project: MigrationProject, ready: Standing, where: Where) -> None:
    step = ready.step
    if step.kind is not StepKind.FLOW:
        finish_step(migration.ledger, migration.name, step.id, by=ACTOR, outcome="its conditions hold")
        return
    start_step(migration.ledger, migration.name, step.id, by=ACTOR, again=True)
    start = start_here if where is Where.HERE else start_in_pool
    start(project, step)


def _tell(migration: Migration, done: list[str], said: list[str]) -> State[Any]:
    steps = standings(migration)
    raise_alarms(migration, steps)
    late = [one.step.id for one in steps if one.late and one.state is not StepState.DONE]
    words = f"did {', '.join(done)}" if done else "nothing was due"
    if late:
        words += f"; late: {', '.join(late)}"
    if due := warnings_due(migration.ledger, migration.name, migration.project.zone):
        words += f"; to be warned of its deletion: {', '.join(one.organisation for one in due)}"
    words = "; ".join([words, *(one for one in said if one.startswith(NOT_TOLD))])
    create_table_artifact(
        [_row(migration, one) for one in steps],
        key=artifact_key(migration.name, "playbook"),
        description=f"**{migration.name}**: {words}. Notices: {'; '.join(said) or 'none were due'}",
    )
    create_table_artifact(
        _deadline_rows(migration),
        key=artifact_key(migration.name, "deadlines"),
        description=f"**{migration.name}**: every deadline, and why it is that one",
    )
    return Completed(message="; ".join(filter(None, (words, keep_report(migration)))))


def _row(migration: Migration, standing: Standing) -> dict[str, str]:
    step, zone = standing.step, migration.project.zone
    waits_for = standing.waits_for or (f"Waits for its owner: {step.owner}." if standing.ready else "")
    return {
        "step": step.title.said(migration.project.customer.language),
        "state": standing.state.value if standing.applies else "does not apply",
        "due": f"{standing.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if standing.due_at else "",
        "late": "LATE" if standing.late and standing.state is not StepState.DONE else "",
        "id": step.id,
        "waits for": waits_for,
        "owner": step.owner,
    }


def _deadline_rows(migration: Migration) -> list[dict[str, str]]:
    zone, now = migration.project.zone, migration.clock.now()
    return [
        {
            "deadline": one.name,
            "at": shown(one, zone),
            "zone": f"{one.at.astimezone(zone):%Z}",
            "passed": "yes" if one.at <= now else "",
            "why": one.why,
        }
        for one in deadlines(migration.ledger, migration.name).values()
    ]
