"""Task: is every message of a mailbox at its new home?"""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.errors.mail import MailboxDiffers
from skyflytt.mail.compare import Comparison
from skyflytt.phase.check_mailbox import check_mailbox as compare_mailbox
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · check · {mailbox}")
def check_mailbox(project: MigrationProject, mailbox: str, side_by_side: int = 1) -> Comparison:
    """Compare archive and target in both directions; raises `MailboxDiffers` when a message is missing at the target."""
    with (
        reporting(project.name, "check", mailbox) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        found = compare_mailbox(migration, mailbox)
        rows = [
            {"folder": folder, "fingerprint": print_, "missing": count}
            for (folder, print_), count in found.missing.items()
        ]
        rows += [
            {"folder": folder, "fingerprint": print_, "only there": count}
            for (folder, print_), count in found.extra.items()
        ]
        words = f"**check {mailbox}**: {found.expected} expected, {found.found} found, {len(found.missing)} missing."
        key = artifact_key(migration.name, "check", mailbox)
        create_table_artifact(rows or [{"expected": found.expected, "found": found.found}], key=key, description=words)
    if found.missing:
        raise MailboxDiffers(mailbox, f"{sum(found.missing.values())} of {found.expected} messages are missing")
    return found
