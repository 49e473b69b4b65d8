"""`skyflytt graph library`: the first read of a library, one sentence for each missing thing."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.graph.server import opened
from skyflytt.cli.opened import ProjectFile
from skyflytt.cli.options import SecretsFile


def library(
    file: ProjectFile,
    server: Annotated[str, typer.Argument(metavar="SERVER", help="Name of a sharepoint server.")],
    *,
    secrets_file: SecretsFile = None,
) -> None:
    """Read a library for the first time: where it is, its room, its first level, a file's bytes, its changes, its recycle bin.

    Nothing is changed; ends with 1 when something is missing.
    """
    from skyflytt.files.sharepoint.first_read import first_read  # noqa: PLC0415
    from skyflytt.graph import open_graph  # noqa: PLC0415
    from skyflytt.project.servers import SharepointServer  # noqa: PLC0415

    settings, secret = opened(file, server, secrets_file)
    if not isinstance(settings, SharepointServer):
        raise typer.BadParameter(f"{server} is no sharepoint server")
    missing = 0
    with open_graph(settings, secret) as client:
        for step in first_read(client, settings, secret):
            missing += not step.holds
            typer.echo(f"{'in order' if step.holds else 'MISSING '}  {step.what}: {step.said}")
            if step.advice:
                typer.echo(f"          {step.advice}")
    if missing:
        raise typer.Exit(1)
