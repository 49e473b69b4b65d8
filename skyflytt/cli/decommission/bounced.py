"""`skyflytt decommission bounced`: a notice came back; what came back counts as not sent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def bounced(
    file: ProjectFile,
    reports: Annotated[
        list[Path],
        typer.Argument(metavar="REPORT...", help="Delivery reports (.eml), as they came."),
    ],
    workspace: Workspace,
    by: By = None,
) -> None:
    """Note which notices came back; a warning of the deletion that did is sent again, and the countdown waits for it."""
    from skyflytt.notice.bounces import note_bounce  # noqa: PLC0415
    from skyflytt.notice.failures import NoBounce  # noqa: PLC0415

    try:
        read = [report.read_bytes() for report in reports]
    except OSError as error:
        raise NoBounce(f"{error.filename}", error.strerror or str(error)) from error
    with opened(file, workspace) as migration:
        for raw in read:
            found = note_bounce(migration.ledger, migration.name, raw, by=by or person())
            typer.echo(f"{found.message_id} came back ({found.status})")
