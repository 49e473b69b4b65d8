"""Task: what a delta pass over a mailbox would do."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase.would_move import WouldMove
from skyflytt.phase.would_move import would_move_mailbox as look
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · look at · {mailbox}")
def would_move_mailbox(project: MigrationProject, mailbox: str, side_by_side: int = 1) -> WouldMove:
    """Count what is new, changed and gone at the source since the last pass; nothing is changed anywhere."""
    with (
        reporting(project.name, "dry run", mailbox) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        return look(migration, mailbox, report)
