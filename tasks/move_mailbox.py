"""Task: one delta pass over a mailbox."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.phase.move_mailbox import move_mailbox as move
from tasks.account import record_account
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · delta · {mailbox}")
def move_mailbox(project: MigrationProject, mailbox: str, side_by_side: int = 1) -> Account:
    """Fetch what is new in the mailbox and deliver what is open at its new home."""
    with (
        reporting(project.name, "delta", mailbox) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        account = move(migration, mailbox, report)
        record_account(migration, "delta", account)
    return account
