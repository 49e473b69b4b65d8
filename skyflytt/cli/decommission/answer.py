"""`skyflytt decommission answer`: a named person answers one retention question."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def answer(
    file: ProjectFile,
    hold: Annotated[
        str, typer.Argument(metavar="HOLD", help="bookkeeping, legal-dispute, personal-data-request or archive-duty.")
    ],
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="none, settled (it is kept elsewhere) or keep.")],
    *,
    workspace: Workspace,
    reason: Annotated[str, typer.Option(help="What was looked at, or where it is kept; it stands in the evidence.")],
    by: By = None,
) -> None:
    """Answer one retention question; each is answered alone, and the newest answer counts."""
    from skyflytt.decommission.holds import HOLDS, Hold, HoldAnswer  # noqa: PLC0415
    from skyflytt.errors.decommission import HoldUnknown  # noqa: PLC0415
    from skyflytt.phase.decide import About, Decision, decide  # noqa: PLC0415

    if hold not in HOLDS:
        raise HoldUnknown(hold, f"there are {', '.join(HOLDS)}")
    if said not in list(HoldAnswer):
        raise typer.BadParameter(f"{said!r} is none of {', '.join(HoldAnswer)}")
    about = About(hold=Hold(hold), answer=HoldAnswer(said), reason=reason)
    with opened(file, workspace) as migration:
        typer.echo(decide(migration, Decision.HOLD, by or person(), about))
