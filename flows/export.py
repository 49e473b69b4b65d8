"""Flow `export`: every mailbox into its archive, and from there into a mailbox export that can be handed over."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import explicit_end, phase_run
from flows.scope import mailbox_names
from tasks.archive_mailbox import archive_mailbox
from tasks.export_mailbox import export_mailbox


@flow(**phase_options("export"))
@explicit_end
def export(project: MigrationProject, mailboxes: list[str] | None = None, step: str | None = None) -> State[Any]:
    """Fetch every mailbox into its archive and write it as PST (or what the project asks for), read back and compared. The source is only read.

    Args:
        project: The customer's move.
        mailboxes: Only these mailboxes; empty for all.
        step: The playbook's step that this run is for; empty when started by hand.
    """
    with phase_run(project, "export", step) as run:
        archived = run.each_mailbox(archive_mailbox, mailbox_names(project, mailboxes))
        run.each(export_mailbox, archived)
    return run.state()
