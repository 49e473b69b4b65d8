"""Flow `late-mail`: what still arrives at the old home after the cutover is added to the new one, until the old home is silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.dry_run import show_passes
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import mailbox_names
from skyflytt.phase.cutover.late import MARGIN_HOURS, note_late_pass, require_cut_over
from tasks.move_mailbox import move_mailbox


@flow(**phase_options("late-mail"))
@explicit_end
def late_mail(
    project: MigrationProject, step: str | None = None, *, margin_hours: int = MARGIN_HOURS, dry_run: bool = False
) -> State[Any]:
    """One adding pass over every mailbox. Run it every few hours; it says until when, and when it is over.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
        margin_hours: For how long the old home has to stay silent, beyond the old TTL of the domains' mail records.
        dry_run: Say for each mailbox what has come late, and change nothing.
    """
    with phase_run(project, "late-mail", step, dry_run=dry_run) as run:
        with project.open() as migration:
            require_cut_over(migration)
        if dry_run:
            show_passes(run, mailbox_names(project, None), [])
        else:
            run.each_mailbox(move_mailbox, mailbox_names(project, None))
        if not run.failures and not dry_run:
            _note(run, timedelta(hours=margin_hours))
    return run.state()


def _note(run: PhaseRun, margin: timedelta) -> None:
    with run.project.open() as migration:
        found, zone = note_late_pass(migration, run.accounts, margin), migration.project.zone
    came = f"{found.arrived_now} came late" if found.arrived_now else "nothing came late"
    since = f"the old home is silent since {found.silent_since.astimezone(zone):%Y-%m-%d %H:%M}"
    until = f"until {found.ends_at.astimezone(zone):%Y-%m-%d %H:%M} it may still receive"
    run.notes.append(f"{came}; {since}; {'it is over' if found.over else until}")
