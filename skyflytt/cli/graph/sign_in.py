"""`skyflytt graph sign-in`."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.opened import ProjectFile
from skyflytt.cli.options import SecretsFile


def sign_in(
    file: ProjectFile,
    server: Annotated[
        str, typer.Argument(metavar="SERVER", help="Name of a server of Microsoft 365 with auth device-code.")
    ],
    *,
    secrets_file: SecretsFile = None,
) -> None:
    """Sign in as a person: shows a code to enter in a browser, waits for it, and keeps the tokens encrypted in `token_file`."""
    from skyflytt.graph.client import open_sign_in  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secret_keys import server_key  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets, first_of, secrets_of_this_machine  # noqa: PLC0415
    from skyflytt.project.servers.graph_sign_in import GraphSignIn  # noqa: PLC0415

    settings = load_project(file).servers.get(server)
    if not isinstance(settings, GraphSignIn) or settings.auth != "device-code":
        raise typer.BadParameter(f"{server} is no server of Microsoft 365 with auth device-code")
    given = (FileSecrets(secrets_file),) if secrets_file else ()
    secret = first_of(*given, secrets_of_this_machine()).get(server_key(server))
    with open_sign_in(settings, secret) as (_, signing):
        code = signing.begin()
        typer.echo(code.message)
        signing.finish(code)
    typer.echo(f"Signed in; the tokens are kept in {settings.token_file}.")
