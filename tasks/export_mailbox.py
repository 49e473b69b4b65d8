"""Task: write a mailbox export from its archive."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.errors.base import Failure
from skyflytt.mail.ways import told
from skyflytt.phase.archive_mailbox import ways_of
from skyflytt.phase.export_mailbox import export_mailbox as write_export
from tasks.account import MOST_ROWS
from tasks.artifact_key import artifact_key
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · export · {mailbox}")
def export_mailbox(project: MigrationProject, mailbox: str) -> int:
    """Write the mailbox in the formats that the project asks for; how many messages are in it."""
    with project.open() as migration:
        written = write_export(migration, mailbox)
        rows = [
            {
                "format": name,
                "messages": report.count,
                "bytes": report.bytes,
                "files": len(report.files),
                "read back by": report.reader,
            }
            for name, report in written.items()
        ]
        words = f"Mailbox export of {mailbox}: written, read back, every message equal to the archive's."
        ways = told(ways_of(migration, mailbox))
        words += f" Of its messages {ways}." if ways else ""
        create_table_artifact(rows, key=artifact_key(migration.name, "export", mailbox, "files"), description=words)
        _tell_notices(
            migration.name, mailbox, {name: one for report in written.values() for name, one in report.notices}
        )
    return max(report.count for report in written.values())


def _tell_notices(project: str, mailbox: str, notices: Mapping[str, Failure]) -> None:
    """Messages that are handed over with less than they should have."""
    if notices:
        rows = [
            {"item": name, "code": failure.code, "reason": failure.sentence}
            for name, failure in islice(notices.items(), MOST_ROWS)
        ]
        words = f"Mailbox export of {mailbox}: {len(notices)} messages are there, though not with everything they should have."
        create_table_artifact(rows, key=artifact_key(project, "export", mailbox, "notices"), description=words)
