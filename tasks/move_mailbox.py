"""Task: one delta pass over a mailbox."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.phase.move_mailbox import move_mailbox as move
from tasks.account import record_account
from tasks.progress import reporting
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · delta · {mailbox}")
def move_mailbox(project: MigrationProject, mailbox: str) -> Account:
    """Fetch what is new in the mailbox and deliver what is open at its new home."""
    with project.open() as migration, reporting(migration.name, "delta", mailbox) as report:
        account = move(migration, mailbox, report)
        record_account(migration, "delta", account)
    return account
