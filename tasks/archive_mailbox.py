"""Task: fetch a mailbox into its archive."""

from __future__ import annotations

from prefect import task

from blocks import MigrationProject
from skyflytt.ledger.passes import Account
from skyflytt.mail.ways import told
from skyflytt.phase.archive_mailbox import archive_mailbox as archive
from skyflytt.phase.archive_mailbox import ways_of
from tasks.account import record_account
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · archive · {mailbox}")
def archive_mailbox(project: MigrationProject, mailbox: str, side_by_side: int = 1) -> Account:
    """Fetch what is new in the mailbox; what is archived is not fetched again."""
    with (
        reporting(project.name, "archive", mailbox) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        account = archive(migration, mailbox, report)
        ways = told(ways_of(migration, mailbox))
        record_account(migration, "archive", account, f" Of what is in the archive, {ways}." if ways else "")
    return account
