"""Task: count the licences before anything is given back."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase import licences
from tasks.licence_table import show_licences
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · count licences · {directory}")
def measure_licences(project: MigrationProject, directory: str) -> str:
    """Count the licences before anything is given back; a sentence."""
    with project.open() as migration:
        words = licences.measure_licences(migration, directory)
        show_licences(migration, directory, words)
        return words
