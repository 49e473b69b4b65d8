"""`skyflytt quote`: a sheet that a seller prices the move from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from skyflytt.cli.opened import ProjectFile, Workspace


def show_hours(wanted: bool) -> None:
    if wanted:
        from importlib.resources import files  # noqa: PLC0415

        typer.echo((files("skyflytt") / "quote" / "hours.yaml").read_text(encoding="utf-8"), nl=False)
        raise typer.Exit


def quote(
    file: ProjectFile,
    *,
    workspace: Workspace,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write to (default: the discovery's in the workspace).")
    ] = None,
    hours: Annotated[
        Path | None, typer.Option(help="Your own hours, risks and rates (YAML); default: those of the product.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="SEK", help="Currency by its three letters (default: the project's).")
    ] = None,
    language: Annotated[
        Literal["sv", "nb", "sr", "en"] | None, typer.Option(help="Language of the headings (default: the customer's).")
    ] = None,
    show_hours: Annotated[  # noqa: ARG001 - answered before anything else
        bool,
        typer.Option(
            "--show-hours", callback=show_hours, is_eager=True, help="Print the product's hours, to be changed."
        ),
    ] = False,
) -> None:
    """Write quote.xlsx and quote.csv from what the last discovery found: workloads, passes, hours, risks and prices."""
    from skyflytt.phase.discover import FILE  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.quote.hours import own_hours, read_hours  # noqa: PLC0415
    from skyflytt.quote.write import quote_from, write_quote  # noqa: PLC0415

    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise typer.BadParameter(
            f"{currency!r} is no currency: its three letters, such as SEK", param_hint="--currency"
        )
    folder = workspace / "discovery"
    chosen = read_hours(hours) if hours is not None else own_hours()
    made = quote_from(load_project(file), folder / FILE, chosen, currency and currency.upper())
    written = write_quote(made, out or folder, language)
    typer.echo(f"{made.hours:,.1f} hours, {made.price:,.0f} {made.currency} at {made.hourly_rate:,.0f} an hour")
    typer.echo(f"{written.xlsx}\n{written.csv}")
