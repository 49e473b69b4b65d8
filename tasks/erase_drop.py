"""Task: erase what a closed drop held."""

from __future__ import annotations

import json

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.phase.drops import erase_drop as erase_contents
from tasks.artifact_key import artifact_key
from tasks.step import STEP


@task(**STEP, task_run_name="{project.name} · erase drop · {drop}")
def erase_drop(project: MigrationProject, drop: str) -> str:
    """Delete its contents and see that nothing is left; how many files it held."""
    with project.open() as migration:
        record = erase_contents(migration, drop)
        shown = json.dumps(record, ensure_ascii=False, indent=2)
        create_markdown_artifact(
            f"# What drop {drop} held is erased\n\n```json\n{shown}\n```\n",
            key=artifact_key(migration.name, "drop", drop, "erased"),
            description=f"drop {drop}: deletion record",
        )
        return f"{drop}: {record['files']} files erased and seen to be gone"
