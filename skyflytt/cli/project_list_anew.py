"""`skyflytt project list-anew`: whatever is remembered of what shares hold is not used by their next pass."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.opened import ProjectFile, Workspace


def list_anew(
    file: ProjectFile,
    shares: Annotated[
        list[str] | None, typer.Argument(metavar="SHARE", help="Names of shares in the project file (default: all).")
    ] = None,
    *,
    workspace: Workspace = Path("workspace"),
) -> None:
    """Let the next pass over these shares list everything at the source, on whatever machine it runs, instead of asking what changed."""
    from skyflytt.cli.opened import opened  # noqa: PLC0415
    from skyflytt.phase.listings import forget_listings  # noqa: PLC0415

    with opened(file, workspace) as migration:
        known = [share.name for share in migration.project.shares]
        for name in shares or ():
            if name not in known:
                told = ", ".join(known) or "none"
                raise typer.BadParameter(f"the project file has no share {name}; it has {told}", param_hint="SHARE")
        for name in forget_listings(migration, shares or None):
            typer.echo(f"share {name} is listed anew by its next pass")
