"""Flow `callers`: who still signs in at the servers that were left. Run daily after the cutover, until all are silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.by_schedule import by_schedule
from flows.options import phase_options
from flows.phase_run import ACTOR, PhaseRun, explicit_end, phase_run
from skyflytt.callers.check import Checked
from skyflytt.callers.outcome import Outcome, note_outcome
from skyflytt.callers.standing import QUIET, Caller, calling, standing
from skyflytt.phase.caller_notices import tell_owners, write_pages
from skyflytt.phase.callers import not_yet_known
from skyflytt.phase.migration import Migration
from tasks.artifact_key import artifact_key
from tasks.check_log import check_log

SHOWN = 200


@flow(**phase_options("callers"))
@explicit_end
@by_schedule("callers")
def callers(
    project: MigrationProject,
    step: str | None = None,
    *,
    tell: bool = False,
    quiet_days: int = QUIET.days,
    hold: bool = True,
) -> State[Any]:
    """Read the old servers' logs and list the phones, printers, drives and scripts that still call, per owner. Only reads there.

    Held while a device of the customer's still calls; completed when all are silent.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
        tell: Mail each owner what to do, at most once in a week.
        quiet_days: Days without a call after which a device counts as silent.
        hold: A device that still calls holds the run; off for a step that comes again every day.
    """
    with phase_run(project, "callers", step) as run:
        with project.open() as migration:
            logs = [log.name for log in migration.project.logs]
        for checked in run.each(check_log, logs).values():
            _note(run, checked)
        with project.open(run.notes.append) as migration:
            _report(run, migration, timedelta(days=quiet_days), tell=tell)
        if not hold and run.held:
            run.notes.append(run.held)
            run.held = ""
    return run.state()


def _note(run: PhaseRun, checked: Checked) -> None:
    for number, problem in enumerate(checked.problems, 1):
        run.failures[f"log {checked.log} {number}"] = problem
    for path, (count, first) in checked.unknown.items():
        run.notes.append(f"{path}:{first}: {count} lines from there on are in no known form, and were not counted")
    run.notes.append(f"{checked.log}: {checked.files} files, {checked.new_lines} new lines, {checked.events} sign-ins")


def _report(run: PhaseRun, migration: Migration, quiet: timedelta, *, tell: bool) -> None:
    found = standing(migration.ledger, migration.project, quiet)
    still = list(calling(found))
    rows = [_row(one) for one in found[:SHOWN]]
    words = f"Devices that still call: {len(still)}, of {len(found)} callers that the logs tell of."
    create_table_artifact(rows, key=artifact_key(migration.name, "callers"), description=words)
    folder = migration.folder("callers", "instructions")
    write_pages(migration, found, folder)
    sent = tell_owners(migration, found) if tell else 0
    told = f"; {sent} people were told" if tell else ""
    unknown = "" if still else not_yet_known(migration, quiet)
    outcome = Outcome(len(still), len(found), len(migration.project.logs), unknown or "")
    note_outcome(migration.ledger, migration.name, outcome, by=ACTOR)
    if still:
        names = ", ".join(
            sorted({f"{one.kind} of {one.owner.name if one.owner.known else 'nobody known'}" for one in still})
        )
        run.held = f"Devices that still call: {len(still)} ({names}). What to do is in {folder}{told}"
    elif unknown:
        run.held = f"No device was seen to call, but {unknown}"
    else:
        run.notes.append(f"No device calls any more{told}")


def _row(one: Caller) -> dict[str, object]:
    return {
        "state": one.state.value,
        "owner": one.owner.name if one.owner.known else "unknown",
        "kind": one.kind,
        "rule": one.rule if one.sure else f"{one.rule} (probably)" if one.rule else "",
        "device": one.device or one.agent,
        "account": one.account,
        "by": ", ".join(one.protocols),
        "from": ", ".join(one.addresses[:3]),
        "signed in": one.signed_in,
        "failed": one.failed,
        "last": one.last.isoformat(),
    }
