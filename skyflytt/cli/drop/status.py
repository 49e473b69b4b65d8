"""`skyflytt drop status`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from skyflytt.cli.drop.which import Which, named
from skyflytt.cli.opened import ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson, SecretsFile

if TYPE_CHECKING:
    from skyflytt.drop.status import DropStatus

SHOWN = 20


def status(
    file: ProjectFile,
    drop: Which = None,
    *,
    workspace: Workspace,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """How a drop stands: how long it is open, who fetched what and when, what was never fetched, whether there is a receipt."""
    from skyflytt.phase.drops import status_of  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        found = status_of(migration, named(migration.project, drop))
        if as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        else:
            _show(found, migration.project.zone)


def _show(found: DropStatus, zone: ZoneInfo) -> None:
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415

    typer.echo(f"{found.name} is {found.state}, at {found.place.kind}://{found.place.host}:{found.place.port}.")
    if found.ends_at is not None:
        left = f", {found.seconds_left / 86400:.1f} days left" if found.seconds_left is not None else ""
        typer.echo(f"Ends:     {found.ends_at.astimezone(zone):%Y-%m-%d %H:%M %Z}{left}")
        typer.echo(f"Extended: {found.extensions} of {found.extensions_allowed} times")
        typer.echo(f"Holds:    {found.files} files, {found.size_bytes / 1e6:.1f} MB, manifest {found.manifest_digest}")
    waived = f"waived by {', '.join(found.waived_by)}" if found.waived_by else "none yet"
    typer.echo(f"Receipt:  {f'confirmed by {found.receipt_by}' if found.receipt_by else waived}")
    if found.closed_at is not None:
        proof = "a sign-in was shown to be refused" if found.proved_closed else "not shown to be closed yet"
        typer.echo(f"Closed:   {found.closed_at.astimezone(zone):%Y-%m-%d %H:%M %Z}, {proof}")
        typer.echo(f"Contents: {'erased, and seen to be gone' if found.erased else 'not erased yet'}")
    if found.fetched is None or found.never_fetched is None:
        typer.echo("Fetched:  the place keeps no log of it")
        return
    typer.echo(f"Fetched:  {found.files - len(found.never_fetched)} of {found.files} files")
    for file in found.fetched[:SHOWN]:
        last = f"{file.last.astimezone(zone):%Y-%m-%d %H:%M}" if file.last else ""
        times = f"{file.times} times" + (f", {file.broken_off} broken off" if file.broken_off else "")
        typer.echo(f"  {last}  {shown_path(file.path)}  ({times}; from {', '.join(sorted(file.addresses))})")
    if len(found.fetched) > SHOWN:
        typer.echo(f"  and {len(found.fetched) - SHOWN} more")
    for path in found.never_fetched[:SHOWN]:
        typer.echo(f"  never             {shown_path(path)}")
    if len(found.never_fetched) > SHOWN:
        typer.echo(f"  never             and {len(found.never_fetched) - SHOWN} more")
