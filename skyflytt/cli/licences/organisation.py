"""`skyflytt licences accounts`, `look`, `delete-organisation`."""

from __future__ import annotations

import json

import typer

from skyflytt.cli.licences.options import Name, Really, asked, named
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson
from skyflytt.cli.person import person


def accounts(file: ProjectFile, directory: Name, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """List the directory's accounts as the provider tells them now: licences, rights, last activity."""
    with opened(file, workspace) as migration, asked(migration, directory, person()) as (_, there, _left):
        zone = migration.project.zone
        for one in there.accounts():
            seen = f"{one.last_active.astimezone(zone):%Y-%m-%d %H:%M}" if one.last_active else None
            if as_json:
                told = {"key": one.key, "address": one.address, "name": one.name, "enabled": one.enabled}
                more = {"licences": one.licences, "administrator": one.administrator, "last_active": seen}
                typer.echo(json.dumps({**told, **more}, ensure_ascii=False))
                continue
            marks = [*(["administrator"] if one.administrator else []), *([] if one.enabled else ["disabled"])]
            typer.echo(
                ", ".join([one.address or one.key, f"{len(one.licences)} licences", *marks, seen or "never seen"])
            )


def look(file: ProjectFile, *, workspace: Workspace) -> None:
    """Ask every directory whose organisation is counted down who was there, and what it still has; the counts follow."""
    from skyflytt.phase.directories import heed_directories  # noqa: PLC0415

    with opened(file, workspace) as migration:
        said = heed_directories(migration, always=True)
        typer.echo("\n".join(said) or "Nothing changed.")


def delete_organisation(
    file: ProjectFile, directory: Name, *, workspace: Workspace, really: Really = False, by: By = None
) -> None:
    """Delete a whole organisation for good, behind the interlock and two approvals. Shows what speaks against it; does it with --really."""
    from skyflytt.directory.erase import erase_organisation  # noqa: PLC0415
    from skyflytt.phase.directories import open_for_erasure, organisation  # noqa: PLC0415
    from skyflytt.phase.erasure import leave, situation, why_not  # noqa: PLC0415

    with opened(file, workspace) as migration:
        left = named(migration, directory)
        found = situation(migration)
        if not really:
            refused = why_not(found)
            typer.echo("\n".join(refused.values()) or "The interlock has nothing against it.")
            typer.echo("nothing was changed (--really deletes)")
            return
        given = leave(found)
        with open_for_erasure(migration, left) as there:
            what = organisation(migration, left, by or person())
            gone = erase_organisation(what, given, there, keep=left.keep)
        typer.echo(f"{left.counted_as} is deleted, with {gone} accounts")
