"""Task: see what a directory has left and who was there; the count to its deletion follows."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase.directories import look_at
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · look at directory · {directory}")
def look_at_directory(project: MigrationProject, directory: str) -> tuple[str, bool]:
    """A sentence, and whether nothing is left: neither licences nor customers."""
    with project.open() as migration:
        return look_at(migration, directory)
