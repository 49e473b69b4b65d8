"""Task: keep a drop open for longer."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.phase.drops import extend_drop as extend_by_days
from tasks.artifact_key import artifact_key
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · extend drop · {drop}")
def extend_drop(project: MigrationProject, drop: str, days: int) -> str:
    """Move its end by so many days, as often as the contract says; the new end."""
    with project.open() as migration:
        opened = extend_by_days(migration, drop, days=days)
        ends = f"{opened.ends_at.astimezone(migration.project.zone):%Y-%m-%d %H:%M %Z}"
        new = " The customer needs the new secret that was kept for it." if opened.secret else ""
        create_markdown_artifact(
            f"# Drop {drop} stays open until {ends}\n\nIt was extended by {days} days.{new}\n",
            key=artifact_key(migration.name, "drop", drop, "extended"),
            description=f"drop {drop}: extended",
        )
        return ends
