"""Task: take the customer's receipt."""

from __future__ import annotations

import json

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.drop.lifecycle import confirm_any, confirm_receipt
from tasks.artifact_key import artifact_key
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · receipt · {drop}")
def receive_drop(project: MigrationProject, drop: str | None, digest: str, by: str) -> list[str]:
    """Compare what the customer sent back with the manifest of this drop, or find the one that it is of; the drops' names."""
    with project.open() as migration:
        ledger, name = migration.ledger, migration.name
        one = drop and confirm_receipt(ledger, name, drop, digest, by=by)
        rows = [one] if one else confirm_any(ledger, name, digest, by=by)
        for row in rows:
            receipt = json.loads(row.receipt or "{}")
            create_markdown_artifact(
                f"# Drop {row.name} was received\n\nConfirmed by {receipt['by']} at {receipt['at']}, for the manifest "
                f"`{receipt['digest']}`.\n",
                key=artifact_key(name, "drop", row.name, "receipt"),
                description=f"drop {row.name}: receipt",
            )
        return [row.name for row in rows]
