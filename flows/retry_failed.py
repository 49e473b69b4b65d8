"""Flow `retry-failed`: what failed in the last run of a phase is run again, and nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed

from blocks import MigrationProject
from flows.advance import Where
from flows.options import DRY_RUN, phase_options
from flows.phase_run import explicit_end
from flows.start_step import FLOWS, hand_over, is_unfinished, step_tag
from skyflytt.phase.last_run import Again, LastRun, last_runs, what_again
from skyflytt.phase.migration import Migration
from tasks.artifact_key import artifact_key

FINAL = (StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED)


class PhaseAgain(StrEnum):
    """Which phase's last run is looked at."""

    ALL = "every phase"
    DISCOVERY = "discovery"
    EXPORT = "export"
    DELTA = "delta"
    DROP = "drop"
    REHEARSAL = "rehearsal"
    CUTOVER = "cutover"
    DOMAIN = "domain"
    MAIL_FLOW = "mail-flow"
    LATE_MAIL = "late-mail"
    CALLERS = "callers"
    LICENCES = "licences"
    DECOMMISSION = "decommission"


@flow(**phase_options("retry-failed"))
@explicit_end
def retry_failed(
    project: MigrationProject,
    phase: PhaseAgain = PhaseAgain.ALL,
    where: Where = Where.POOL,
    *,
    dry_run: bool = False,
) -> State[Any]:
    """Start again what failed in the last run of a phase: those mailboxes and shares alone, with the same options.

    A phase that knows by itself what is left (cutover, decommission) is started with the same options. What is held waits for
    somebody, and did not fail.

    Args:
        project: The customer's move.
        phase: One phase, or every one of which the last run failed or was cut off.
        where: In the work pool, a run of its own for each; or in this process, one after the other.
        dry_run: Say what would be run again, and start nothing.
    """
    with project.open() as migration:
        lasts = [one for one in last_runs(migration).values() if _is_meant(phase, one.phase)]
        rows = [_row(migration, one) for one in lasts]
        again = [
            one for last in lasts if not _hinders(migration, last) and (one := what_again(last, migration.project))
        ]
    if rows:
        key = artifact_key(project.name, "retry-failed")
        create_table_artifact(rows, key=key, description=f"**{project.name}**: the last run of each phase")
    if not again:
        return Completed(message=_nothing(phase, rows))
    words = "; ".join(f"{one.phase} ({one.why})" for one in again)
    if dry_run:
        return Completed(message=f"{DRY_RUN.capitalize()}, nothing was started. Again would run: {words}")
    ended = [state for one in again for state in _start(project, one, where)]
    if bad := [state.message or "" for state in ended if not state.is_completed()]:
        return Failed(message=f"Run again: {words}. It failed once more: {'; '.join(bad)}")
    return Completed(message=f"{'Started' if where is Where.POOL else 'Run'} again: {words}")


def _start(project: MigrationProject, again: Again, where: Where) -> list[State[Any]]:
    """How they ended, when they ran here."""
    if where is Where.HERE:
        flow_again: Any = FLOWS[again.phase]
        return [flow_again(project=project, return_state=True, **options) for options in again.options]
    for options in again.options:
        hand_over(project.name, again.phase, options, _tag(project.name, again.phase))
    return []


def _is_meant(chosen: PhaseAgain, phase: str) -> bool:
    return phase in FLOWS and chosen in {PhaseAgain.ALL, phase}


def _tag(project: str, phase: str) -> str:
    return step_tag(project, f"retry-{phase}")


def _hinders(migration: Migration, last: LastRun) -> str:
    """Why it is not started now: it still runs, or what failed of it was started already."""
    if not last.ended and (state := _running(last.run)):
        return f"{state.value.lower()} at Prefect; wait for its end, or cancel it when its worker is gone"
    if not last.well and is_unfinished(migration.name, f"retry-{last.phase}"):
        return "what failed was started again, and has not ended"
    return ""


def _running(run: str) -> StateType | None:
    """The state of a run that Prefect has not as ended; None for one that it does not know."""
    try:
        with get_client(sync_client=True) as client:
            found = client.read_flow_run(UUID(run)).state
    except (ObjectNotFound, ValueError):
        return None
    return found.type if found is not None and found.type not in FINAL else None


def _row(migration: Migration, last: LastRun) -> dict[str, str]:
    again = what_again(last, migration.project)
    return {
        "phase": last.phase,
        "began": f"{last.began_at.astimezone(migration.project.zone):%Y-%m-%d %H:%M}",
        "ended": "yes" if last.ended else "no",
        "to be run again": again.why if again else "nothing",
        "but": _hinders(migration, last),
    }


def _nothing(phase: PhaseAgain, rows: list[dict[str, str]]) -> str:
    if not rows:
        return f"No run of {phase} is known, so that nothing can be run again."
    but = [f"{row['phase']}: {row['but']}" for row in rows if row["but"]]
    return f"Nothing is started. {'; '.join(but)}" if but else f"Nothing failed in the last run of {phase}."
