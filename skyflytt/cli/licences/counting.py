"""`skyflytt licences list`, `measure`, `confirm`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from skyflytt.cli.licences.options import Name, asked, named
from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.options import AsJson
from skyflytt.cli.person import person

if TYPE_CHECKING:
    from skyflytt.directory.licences import LicenceLedger


def list_(file: ProjectFile, directory: Name, *, workspace: Workspace, as_json: AsJson = False) -> None:
    """Show every licence: its stage, its counts before and after, what was reclaimed, kept and reinstated."""
    from skyflytt.phase.directories import book  # noqa: PLC0415

    with opened(file, workspace) as migration:
        _show(book(migration, named(migration, directory)), as_json=as_json)


def measure(
    file: ProjectFile, directory: Name, *, workspace: Workspace, by: By = None, as_json: AsJson = False
) -> None:
    """Count the licences before anything is given back. May be repeated until then; changes nothing at the provider."""
    from skyflytt.directory import measure as measuring  # noqa: PLC0415

    with opened(file, workspace) as migration, asked(migration, directory, by or person()) as (book, there, left):
        measuring.measure(book, there, keep=left.keep)
        _show(book, as_json=as_json)
        if not as_json:
            rows = book.licences()
            for words in (*measuring.twice(rows), *measuring.unlisted(rows), *measuring.unexplained(rows)):
                typer.echo(f"note: {words}")


def confirm(
    file: ProjectFile, directory: Name, *, workspace: Workspace, by: By = None, as_json: AsJson = False
) -> None:
    """Count the licences again at the provider, and hold the counts against those before. Fails when they do not add up."""
    from skyflytt.directory import confirm as confirming  # noqa: PLC0415

    with opened(file, workspace) as migration, asked(migration, directory, by or person()) as (book, there, _):
        confirming.confirm(book, there)
        _show(book, as_json=as_json)


def _show(book: LicenceLedger, *, as_json: bool) -> None:
    from skyflytt.directory.report import rows_of  # noqa: PLC0415

    rows = rows_of(book)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        after = "" if row["held after"] is None else f"; after: {row['held after']} held, {row['used after']} used"
        typer.echo(
            f"{row['licence']} [{row['key']}]: {row['stage']}; before: {row['held before']} held, {row['used before']} used of "
            f"{row['total before']}; {row['reclaimed']} reclaimed, {row['kept']} kept, {row['reinstated']} reinstated, "
            f"{row['left']} left{after}"
        )
    if not rows:
        typer.echo("Nothing is measured yet (`skyflytt licences measure`).")
