"""`skyflytt decommission copy`: a named person says until when a residual copy is there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def copy(
    file: ProjectFile,
    kind: Annotated[str, typer.Argument(metavar="COPY", help="provider-backups, drops, archives, exports or staging.")],
    until: Annotated[
        datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="The last day on which it is there.")
    ],
    *,
    workspace: Workspace,
    reason: Annotated[str, typer.Option(help="How that is known, such as the provider's letter.")],
    by: By = None,
) -> None:
    """Say until when a copy of the customer's data is there at most; without it, its end is not stated in the certificate."""
    from skyflytt.phase.decide import About, Decision, decide  # noqa: PLC0415

    about = About(copy=kind, ages_out=until.date(), reason=reason)
    with opened(file, workspace) as migration:
        typer.echo(decide(migration, Decision.COPY, by or person(), about))
