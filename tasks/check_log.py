"""Task: read what is new in one log of a server that was left."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.callers.check import Checked
from skyflytt.phase.callers import check_log as check
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · read log · {log}")
def check_log(project: MigrationProject, log: str) -> Checked:
    """Who signed in since the cutover, counted in the ledger; nothing there is changed."""
    with (
        reporting(project.name, "callers", log) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        return check(migration, log, lambda _path, done, of: report(done >> 20, of >> 20))
