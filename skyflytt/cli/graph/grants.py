"""`skyflytt graph grants`: the report of permissions as sharing of the new folders. Dry unless told otherwise."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.graph.server import opened
from skyflytt.cli.opened import ProjectFile
from skyflytt.cli.options import SecretsFile

if TYPE_CHECKING:
    from skyflytt.files.sharepoint.grants import Plan

Report = Annotated[
    Path, typer.Argument(metavar="REPORT", help="The report of permissions (CSV), as `skyflytt files scan` writes it.")
]
People = Annotated[
    Path,
    typer.Option(
        "--people",
        metavar="FILE",
        help="CSV with the columns who and address: a name, number or SID of the report, and whose it is in Microsoft 365; "
        "an empty address is to have nothing.",
    ),
]
Apply = Annotated[bool, typer.Option("--apply", help="Give them; without it nothing is changed.")]


def grants(
    file: ProjectFile,
    server: Annotated[str, typer.Argument(metavar="SERVER", help="Name of a sharepoint server.")],
    report: Report,
    *,
    people: People,
    apply: Apply = False,
    secrets_file: SecretsFile = None,
) -> None:
    """Give folders of a library the permissions of the old ones: folders only, and only whom the list of people names. Nobody is sent a letter.

    What SharePoint cannot be told, or would let in more people than before, is listed for a person. Ends with 1 when a grant was refused.
    """
    from skyflytt.files.sharepoint import open_sharepoint  # noqa: PLC0415
    from skyflytt.files.sharepoint.grants import ROOT, carried_out, planned  # noqa: PLC0415
    from skyflytt.project.servers import SharepointServer  # noqa: PLC0415

    settings, secret = opened(file, server, secrets_file)
    if not isinstance(settings, SharepointServer):
        raise typer.BadParameter(f"{server} is no sharepoint server")
    plan: Plan = planned(_rows(report, "path"), {row["who"]: row.get("address", "") for row in _rows(people, "who")})
    refused = 0
    with open_sharepoint(settings, secret) as store:
        for outcome in carried_out(plan, store, dry=not apply):
            grant = outcome.grant
            refused += outcome.state == "refused"
            said = f": {outcome.detail}" if outcome.detail else ""
            typer.echo(f"{outcome.state}{said}  {grant.role}  {grant.address}  {grant.path or ROOT}")
    for left in plan.left:
        typer.echo(f"left  {left.who}  {left.path or ROOT}: {left.why}")
    if refused:
        raise typer.Exit(1)


def _rows(file: Path, needed: str) -> list[Mapping[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from error
    if any(row.get(needed) is None for row in rows):
        raise typer.BadParameter(f"{file} has no column {needed}")
    return [{name: value or "" for name, value in row.items() if name is not None} for row in rows]
