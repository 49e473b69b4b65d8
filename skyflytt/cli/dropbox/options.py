"""What the commands for Dropbox share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.project.servers import DropboxServer

Server = Annotated[str, typer.Argument(metavar="SERVER", help="Name of a dropbox server in the project file.")]


def settings_of(file: Path, server: str) -> DropboxServer:
    """Raises `BadParameter` for another kind of server."""
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.servers import DropboxServer  # noqa: PLC0415

    settings = load_project(file).servers.get(server)
    if not isinstance(settings, DropboxServer):
        raise typer.BadParameter(f"{server} is no dropbox server of the project file")
    return settings
