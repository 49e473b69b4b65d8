"""Task: write a mailbox export from its archive."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.phase.export_mailbox import export_mailbox as write_export
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
        create_table_artifact(rows, key=artifact_key(migration.name, "export", mailbox, "files"), description=words)
    return max(report.count for report in written.values())
