"""Task: one delta pass over a share."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.phase.move_share import move_share as move
from tasks.account import record_account
from tasks.big_share import crew_for
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · delta · {share}")
def move_share(project: MigrationProject, share: str) -> Account:
    """Copy what is new or changed in the share to its new home."""
    with (
        reporting(project.name, "delta", share) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
        crew_for(project, share) as make_crew,
    ):
        account = move(migration, share, report, make_crew)
        record_account(migration, "delta", account)
    return account
