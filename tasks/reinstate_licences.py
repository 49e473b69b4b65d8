"""Task: give a licence back to its former holders."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase import licences
from tasks.licence_table import show_licences
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · reinstate licences · {directory}")
def reinstate_licences(project: MigrationProject, directory: str, licence: str, dry_run: bool) -> str:
    """First taken, first given back; with `dry_run` only how many would be; a sentence."""
    with project.open() as migration:
        act = licences.would_reinstate if dry_run else licences.reinstate_licences
        words = act(migration, directory, licence)
        show_licences(migration, directory, words)
        return words
