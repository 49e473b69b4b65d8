"""`skyflytt report serve`: the pages of one or several projects, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folders = Annotated[
    list[Path], typer.Argument(metavar="WORKSPACE...", help="Workspaces of projects, or folders that hold workspaces.")
]
Host = Annotated[
    str,
    typer.Option(
        help="Address to listen on. Nothing here asks for a sign-in: beyond this machine, only behind a proxy."
    ),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
Names = Annotated[
    list[str] | None, typer.Option("--name", help="Host name by which browsers may call it, such as the proxy's.")
]


def serve(folders: Folders, host: Host = "127.0.0.1", port: Port = 4250, names: Names = None) -> None:
    """Serve report pages, with an index of the projects, until it is stopped (Ctrl-C or SIGTERM).

    Only pages that were written are shown, as they are now; projects that come later are found without a restart.
    """
    from skyflytt.errors.report import NoSuchFolder  # noqa: PLC0415
    from skyflytt.report.serve import ServeSettings  # noqa: PLC0415
    from skyflytt.report.serve import serve as serve_pages  # noqa: PLC0415

    for folder in folders:
        if not folder.is_dir():
            raise NoSuchFolder(str(folder), "it does not exist, or is a file")
    settings = ServeSettings(tuple(one.resolve() for one in folders), host, port, tuple(names or ()))
    serve_pages(settings, lambda sentence: typer.echo(sentence, err=True))
