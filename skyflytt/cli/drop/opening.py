"""`skyflytt drop open` and `skyflytt drop extend`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.drop.which import BeyondBy, Until, Which, named
from skyflytt.cli.opened import ProjectFile, Workspace, instant, opened
from skyflytt.cli.options import SecretsFile


def open_(
    file: ProjectFile,
    drop: Which = None,
    *,
    workspace: Workspace,
    until: Until = None,
    beyond_by: BeyondBy = None,
    secrets_file: SecretsFile = None,
) -> None:
    """Fill a drop and let the customer in, for the days of the project file or until an instant.

    The customer's secret is shown this once, and kept in the workspace until the drop is closed. Given again, it puts back what the
    place has lost, and changes nothing else.
    """
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.phase.drops import fill_and_open  # noqa: PLC0415

    with bars(transient=True) as shown, opened(file, workspace, secrets_file) as migration:
        name = named(migration.project, drop)
        end = instant(migration.project, until) if until else None
        done = fill_and_open(migration, name, shown.of("filled"), end, beyond_by=beyond_by)
        zone = migration.project.zone
    place, found = done.opened.place, done.opened
    typer.echo(f"{name} is open until {found.ends_at.astimezone(zone):%Y-%m-%d %H:%M %Z}, with {found.files} files.")
    typer.echo(f"Place:      {place.kind}://{place.host}:{place.port}, as {place.login}")
    typer.echo(f"Manifest:   {found.manifest_digest}")
    if found.secret is not None:
        typer.echo(f"Secret:     {found.secret}")
    typer.echo(f"            kept in {done.secret_file} until the drop is closed; never send it by mail")
    if done.passphrase_file is not None:
        _show_passphrase(done.passphrase_file, new=found.secret is not None)
    if done.put_back:
        typer.echo(f"{done.put_back} files that the place had lost were put back.")


def extend(
    file: ProjectFile,
    drop: Which = None,
    *,
    workspace: Workspace,
    days: Annotated[int | None, typer.Option(min=1, help="How many days longer.")] = None,
    until: Until = None,
    beyond_by: BeyondBy = None,
    secrets_file: SecretsFile = None,
) -> None:
    """Keep a drop open for longer, as often as the contract says."""
    from skyflytt.phase.drops import extend_drop  # noqa: PLC0415

    if (days is None) == (until is None):
        raise typer.BadParameter("give either --days or --until")
    with opened(file, workspace, secrets_file) as migration:
        name = named(migration.project, drop)
        end = instant(migration.project, until) if until else None
        done = extend_drop(migration, name, days=days or 0, until=end, beyond_by=beyond_by)
        ends_at = done.ends_at.astimezone(migration.project.zone)
    typer.echo(f"{name} stays open until {ends_at:%Y-%m-%d %H:%M %Z}.")
    if done.secret is not None:
        typer.echo(f"New secret: {done.secret}")
        typer.echo("            the customer needs it; the one before ends at its own time")


def _show_passphrase(path: Path, *, new: bool) -> None:
    if new:
        typer.echo(f"Passphrase: {path.read_text()}")
    typer.echo(f"            of the archives, kept in {path}; give it apart from the secret")
