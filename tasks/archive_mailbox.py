"""Task: fetch a mailbox into its archive."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.phase.archive_mailbox import archive_mailbox as archive
from tasks.account import record_account
from tasks.progress import reporting
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · archive · {mailbox}")
def archive_mailbox(project: MigrationProject, mailbox: str) -> Account:
    """Fetch what is new in the mailbox; what is archived is not fetched again."""
    with project.open() as migration, reporting(migration.name, "archive", mailbox) as report:
        account = archive(migration, mailbox, report)
        record_account(migration, "archive", account)
    return account
