"""Task: count the licences again at the provider and hold the counts against those before."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase import licences
from tasks.licence_table import show_licences
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · count again licences · {directory}")
def confirm_licences(project: MigrationProject, directory: str) -> str:
    """Count the licences again at the provider and hold the counts against those before; a sentence."""
    with project.open() as migration:
        words = licences.confirm_licences(migration, directory)
        show_licences(migration, directory, words)
        return words
