"""`skyflytt licences reclaim`, `cancelled`, `reinstate`."""

from __future__ import annotations

from typing import Annotated

import typer

from skyflytt.cli.licences.options import Name, Only, Really, asked, named
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def reclaim(
    file: ProjectFile,
    directory: Name,
    *,
    workspace: Workspace,
    licence: Only = None,
    really: Really = False,
    by: By = None,
) -> None:
    """Give licences back, one holding after another. Shows what it would do; does it with --really."""
    from skyflytt.directory import reclaim as reclaiming  # noqa: PLC0415
    from skyflytt.phase.directories import book as book_of  # noqa: PLC0415

    only = tuple(licence or ())
    with opened(file, workspace) as migration:
        if not really:
            left = named(migration, directory)
            due = reclaiming.to_reclaim(book_of(migration, left), only)
            for row, one in due:
                typer.echo(f"would reclaim {row.name} of {one.address or one.account}")
            typer.echo(f"{len(due)} would be reclaimed; nothing was changed (--really does it)")
            return
        with asked(migration, directory, by or person()) as (book, there, _):
            done = reclaiming.reclaim(book, there, only=only)
    for what, failure in done.failed.items():
        typer.echo(f"{what}: {failure.sentence} [{failure.code}] {failure.advice}", err=True)
    typer.echo(f"{done.reclaimed} reclaimed, {len(done.failed)} failed")
    if done.failed:
        raise typer.Exit(1)


def cancelled(
    file: ProjectFile,
    directory: Name,
    subscription: Annotated[
        str, typer.Argument(metavar="SUBSCRIPTION", help="Its number; empty for licences of none.")
    ],
    *,
    workspace: Workspace,
    by: By = None,
) -> None:
    """The subscription was cancelled at the provider. Refused before its licences are given back and confirmed."""
    from skyflytt.directory.cancelled import note_cancelled  # noqa: PLC0415
    from skyflytt.phase.directories import book  # noqa: PLC0415

    with opened(file, workspace) as migration:
        rows = note_cancelled(book(migration, named(migration, directory), by or person()), subscription)
        typer.echo(f"{', '.join(one.name for one in rows)}: cancelled")


def reinstate(
    file: ProjectFile,
    directory: Name,
    licence: Annotated[str, typer.Argument(metavar="LICENCE", help="Key of the licence, as `list` shows it.")],
    *,
    workspace: Workspace,
    account: Annotated[
        list[str] | None, typer.Option(help="Address of a former holder; the first ones, in the order of reclaiming.")
    ] = None,
    really: Really = False,
    by: By = None,
) -> None:
    """Give a licence back to its former holders, first taken first. Shows what it would do; does it with --really."""
    from skyflytt.directory import reinstate as reinstating  # noqa: PLC0415
    from skyflytt.phase.directories import book as book_of  # noqa: PLC0415

    with opened(file, workspace) as migration:
        if not really:
            due = reinstating.to_reinstate(book_of(migration, named(migration, directory)), licence)
            for one in due:
                typer.echo(f"would reinstate {one.address or one.account}")
            typer.echo(f"{len(due)} would be reinstated; nothing was changed (--really does it)")
            return
        with asked(migration, directory, by or person()) as (book, there, _):
            done = reinstating.reinstate(book, there, licence, only=tuple(account or ()))
        typer.echo(f"{len(done)} reinstated")
