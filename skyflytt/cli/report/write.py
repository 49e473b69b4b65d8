"""`skyflytt report write`: the page as it is now."""

from __future__ import annotations

import typer

from skyflytt.cli.opened import ProjectFile, Workspace, opened


def write(file: ProjectFile, *, workspace: Workspace) -> None:
    """Write the project's report page from its ledger: one HTML file in the workspace, that needs nothing else."""
    from skyflytt.report.write import write_report  # noqa: PLC0415

    with opened(file, workspace) as migration:
        typer.echo(write_report(migration))
