"""Task: count a mailbox at the system being left."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.mail.keys import folder_key
from skyflytt.phase.count_mailbox import count_mailbox as count
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · count · {mailbox}")
def count_mailbox(project: MigrationProject, mailbox: str, side_by_side: int = 1) -> MailboxFacts:
    """Messages and bytes per folder, from the source's listings; nothing there is changed."""
    with (
        reporting(project.name, "count", mailbox) as report,
        obeying(report.tell),
        project.open(report.tell, side_by_side) as migration,
    ):
        facts = count(migration, mailbox, report)
        rows = [
            {"folder": folder_key(folder.path), "messages": folder.messages, "bytes": folder.size_bytes}
            for folder in facts.folders
        ]
        words = f"**{mailbox}**: {facts.messages} messages, {facts.size_bytes} bytes in {len(facts.folders)} folders."
        create_table_artifact(rows, key=artifact_key(migration.name, "count", mailbox), description=words)
        return facts
