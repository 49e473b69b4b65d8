"""`skyflytt concerns`: what discovery looks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What discovery looks for, and what to do about it.")


@app.callback(invoke_without_command=True)
def concerns(
    markdown: Annotated[bool, typer.Option("--markdown", help="Give the index of the documentation.")] = False,
    pages: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a page for each concern into a folder.")
    ] = None,
) -> None:
    """List every concern that discovery can find."""
    if markdown:
        from skyflytt.concern.page import markdown as page  # noqa: PLC0415

        typer.echo(page(), nl=False)
    elif pages is not None:
        from skyflytt.concern.page import write_pages  # noqa: PLC0415

        typer.echo(f"{write_pages(pages)} pages in {pages}")
    else:
        show()


def show() -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415

    from skyflytt.concern.registry import all_checks  # noqa: PLC0415

    table = Table(Column("concern", no_wrap=True), "category", "title", box=None)
    for check in all_checks():
        table.add_row(check.id, check.category, check.title)
    Console().print(table)
    typer.echo("What each means and what to do about it: skyflytt concerns --pages DIR")
