"""`skyflytt dropbox licences`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from skyflytt.cli.dropbox.options import Server, settings_of
from skyflytt.cli.opened import ProjectFile
from skyflytt.cli.options import AsJson, SecretsFile


def licences(
    file: ProjectFile,
    server: Server,
    *,
    person: Annotated[
        list[str] | None,
        typer.Option(
            "--person",
            help="Address of somebody who is to have files there; may be repeated (default: the mailboxes').",
        ),
    ] = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Count the licences that a team needs for these people, and how many are to be bought. Changes nothing."""
    from skyflytt.files.dropbox.licences import licences_needed  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secret_keys import server_key  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets, first_of, secrets_of_this_machine  # noqa: PLC0415

    settings = settings_of(file, server)
    people = person or [one.target.login for one in load_project(file).mailboxes if "@" in one.target.login]
    given = (FileSecrets(secrets_file),) if secrets_file else ()
    secret = first_of(*given, secrets_of_this_machine()).get(server_key(server))
    found = licences_needed(settings, secret, people)
    told = {
        "bought": found.bought, "used": found.used, "free": found.free,
        "people": len(found.people), "without": list(found.without), "to_buy": found.to_buy,
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(f"licences: {found.bought} bought, {found.used} used, {found.free} free")
    typer.echo(f"people: {len(found.people)}, of whom {len(found.without)} have none yet; {found.to_buy} to be bought")
    for one in found.without:
        typer.echo(f"  {one}")
