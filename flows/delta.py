"""Flow `delta`: one pass over every mailbox and share, the first and every later one alike."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import mailbox_names, share_names
from tasks.move_mailbox import move_mailbox
from tasks.move_share import move_share


@flow(**phase_options("delta"))
@explicit_end
def delta(
    project: MigrationProject,
    mailboxes: list[str] | None = None,
    shares: list[str] | None = None,
    step: str | None = None,
) -> State[Any]:
    """Copy what is new or changed since the last pass. Before the cutover the target mirrors the source; after it, it only gains.

    Args:
        project: The customer's move.
        mailboxes: Only these mailboxes; empty for all.
        shares: Only these shares; empty for all.
        step: The playbook's step that this run is for; empty when started by hand.
    """
    with phase_run(project, "delta", step) as run:
        run_delta(run, mailboxes, shares)
    return run.state()


def run_delta(run: PhaseRun, mailboxes: list[str] | None, shares: list[str] | None, *, shares_too: bool = True) -> None:
    """The passes themselves; the cutover runs the same ones once more, its rehearsal those of a few mailboxes."""
    run.each_mailbox(move_mailbox, mailbox_names(run.project, mailboxes))
    if shares_too:
        run.each(move_share, share_names(run.project, shares))
