"""Task: close a drop and prove that it is closed."""

from __future__ import annotations

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.drop.rows import drop_row
from skyflytt.notice.local_time import at_text
from skyflytt.notice.message import NoticeKind
from skyflytt.phase.drops import close_and_prove
from skyflytt.phase.tell import tell
from tasks.artifact_key import artifact_key
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · close drop · {drop}")
def close_drop(project: MigrationProject, drop: str) -> str:
    """End all access, try the customer's credentials, keep the refusal as proof, tell the customer."""
    with project.open() as migration:
        proof = close_and_prove(migration, drop)
        words = f"# Drop {drop} is closed\n\nA sign-in with the customer's own credentials was refused:\n\n```json\n{proof}\n```\n"
        key = artifact_key(migration.name, "drop", drop, "closed")
        create_markdown_artifact(words, key=key, description=f"drop {drop}: proof of closure")
        row, place = (
            drop_row(migration.ledger, migration.name, drop),
            migration.project.server(migration.project.drop(drop).server),
        )
        closed_at, zone = row.closed_at or migration.clock.now(), migration.project.zone
        tell(
            migration,
            NoticeKind.DROP_CLOSED,
            drop,
            lambda language: {
                "host": getattr(place, "host", "S3"),
                "closed_at": at_text(closed_at, zone, language),
                "receipt": row.receipt is not None,
            },
        )
        return proof
