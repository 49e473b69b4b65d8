"""Task: what a delta pass over a share would do."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase.would_move import WouldMove
from skyflytt.phase.would_move import would_move_share as look
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · look at · {share}")
def would_move_share(project: MigrationProject, share: str) -> WouldMove:
    """Count what is new, changed and gone at the source since the last pass; nothing is changed anywhere."""
    with (
        reporting(project.name, "dry run", share) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        return look(migration, share, report)
