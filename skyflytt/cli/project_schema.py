"""`skyflytt project schema`: the JSON Schema of the project file, so that editors complete it."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def schema(
    markdown: Annotated[bool, typer.Option("--markdown", help="Give the page of the documentation.")] = False,
) -> None:
    """Print the project file's JSON Schema (draft 2020-12)."""
    if markdown:
        from skyflytt.project.page import markdown as page  # noqa: PLC0415

        typer.echo(page(), nl=False)
        return
    from skyflytt.project.model import project_schema  # noqa: PLC0415

    typer.echo(json.dumps(project_schema(), ensure_ascii=False, indent=2))
