"""Flow `delta`: one pass over every mailbox and share, the first and every later one alike."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.by_schedule import by_schedule
from flows.dry_run import show_passes
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import chosen_names
from tasks.move_mailbox import move_mailbox
from tasks.move_share import move_share


@flow(**phase_options("delta"))
@explicit_end
@by_schedule("delta")
def delta(
    project: MigrationProject,
    mailboxes: list[str] | None = None,
    shares: list[str] | None = None,
    step: str | None = None,
    *,
    dry_run: bool = False,
) -> State[Any]:
    """Copy what is new or changed since the last pass. Before the cutover the target mirrors the source; after it, it only gains.

    Args:
        project: The customer's move.
        mailboxes: Only these mailboxes; empty for all, or for none where shares are chosen.
        shares: Only these shares; empty for all, or for none where mailboxes are chosen.
        step: The playbook's step that this run is for; empty when started by hand.
        dry_run: Say for each mailbox and share what a pass would do, and change nothing.
    """
    with phase_run(project, "delta", step, dry_run=dry_run) as run:
        chosen = chosen_names(project, mailboxes, shares)
        if dry_run:
            show_passes(run, *chosen)
        else:
            run_delta(run, *chosen)
    return run.state()


def run_delta(run: PhaseRun, mailboxes: list[str], shares: list[str]) -> None:
    """The passes themselves; the cutover runs the same ones once more, its rehearsal those of a few mailboxes."""
    run.each_mailbox(move_mailbox, mailboxes)
    run.each(move_share, shares)
