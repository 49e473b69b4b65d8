"""`skyflytt dropbox sign-in`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.dropbox.options import Server, settings_of
from skyflytt.cli.opened import ProjectFile


def sign_in(
    file: ProjectFile,
    server: Server,
    *,
    into: Annotated[
        Path, typer.Option("--into", help="A new file for the refresh token: JSON of mode 0600, as secrets files are.")
    ],
) -> None:
    """Let a person allow the app: shows an address to open, asks for the code that Dropbox shows there, keeps the refresh token."""
    from skyflytt.files.dropbox.sign_in import SignIn  # noqa: PLC0415
    from skyflytt.project.secret_keys import server_key  # noqa: PLC0415

    settings = settings_of(file, server)
    if settings.auth != "refresh":
        raise typer.BadParameter(f"{server} has auth token, which needs no sign-in")
    if into.exists():
        raise typer.BadParameter(f"{into} is there already; nothing is overwritten", param_hint="--into")
    signing = SignIn(settings)
    typer.echo(
        f"Open this address as the person or administrator whose Dropbox it is, and allow the app:\n{signing.address}"
    )
    token = signing.finish(typer.prompt("Code that Dropbox shows"))
    handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump({server_key(server): token}, out, indent=2)
    typer.echo(f"Signed in; the refresh token is in {into}.")
