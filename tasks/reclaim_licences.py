"""Task: give a directory's licences back."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.phase import licences
from tasks.licence_table import show_licences
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · reclaim licences · {directory}")
def reclaim_licences(project: MigrationProject, directory: str, dry_run: bool) -> str:
    """Give back what is open, or with `dry_run` say how much that is; a sentence. What was given back is not asked for again."""
    with project.open() as migration:
        act = licences.would_reclaim if dry_run else licences.reclaim_licences
        try:
            words = act(migration, directory)
        finally:
            show_licences(migration, directory, "licences that are given back")
        return words
