"""Task: look at domains, servers and directories around the workloads."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.concern.surroundings import Surroundings
from skyflytt.phase.look_around import look_around as look
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · look around")
def look_around(project: MigrationProject) -> Surroundings:
    """What DNS, certificates, clocks and directories tell; nothing is changed anywhere, and what does not answer is a fact."""
    with project.open() as migration:
        return look(migration)
