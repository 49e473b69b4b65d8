"""A server of Microsoft 365 in a project file, with its secret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from skyflytt.project.servers.graph_sign_in import GraphSignIn


def opened(file: Path, name: str, secrets_file: Path | None) -> tuple[GraphSignIn, str]:
    """Its settings and its secret. Raises `BadParameter` for any other server."""
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secret_keys import server_key  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets, first_of, secrets_of_this_machine  # noqa: PLC0415
    from skyflytt.project.servers.graph_sign_in import GraphSignIn  # noqa: PLC0415

    settings = load_project(file).servers.get(name)
    if not isinstance(settings, GraphSignIn):
        raise typer.BadParameter(f"{name} is no server of Microsoft 365 in the project file")
    given = (FileSecrets(secrets_file),) if secrets_file else ()
    return settings, first_of(*given, secrets_of_this_machine()).get(server_key(name))
