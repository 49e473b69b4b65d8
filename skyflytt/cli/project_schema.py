"""`skyflytt project schema`: the JSON Schema of the project file, so that editors complete it."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the project file's JSON Schema (draft 2020-12)."""
    from skyflytt.project.model import project_schema  # noqa: PLC0415

    typer.echo(json.dumps(project_schema(), ensure_ascii=False, indent=2))
