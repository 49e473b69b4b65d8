"""Task: count a share at the system being left."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_table_artifact

from blocks import MigrationProject
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.phase.count_share import count_share as count
from tasks.artifact_key import artifact_key
from tasks.progress import reporting
from tasks.step import STEP, obeying


@task(**STEP, task_run_name="{project.name} · count · {share}")
def count_share(project: MigrationProject, share: str) -> ShareFacts:
    """Files, folders and bytes, and names that will need attention; nothing there is changed."""
    with (
        reporting(project.name, "count", share) as report,
        obeying(report.tell),
        project.open(report.tell) as migration,
    ):
        facts = count(migration, share, report)
        rows = [{"largest": one.name, "bytes": one.size_bytes} for one in facts.largest]
        words = f"**{share}**: {facts.files} files, {facts.folders} folders, {facts.size_bytes} bytes."
        create_table_artifact(rows, key=artifact_key(migration.name, "count", share), description=words)
        return facts
