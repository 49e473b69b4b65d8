"""`skyflytt callers forget`."""

from __future__ import annotations

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def forget(file: ProjectFile, *, workspace: Workspace, by: By = None) -> None:
    """Erase everything that logs told of who called: it is personal data, and needed no longer. The journal keeps the number alone."""
    from skyflytt.callers.rows import forget as erase  # noqa: PLC0415

    with opened(file, workspace) as migration:
        count = erase(migration.ledger, migration.name, by or person())
    typer.echo(f"{count} rows erased.")
