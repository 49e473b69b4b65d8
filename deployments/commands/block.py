"""`skyflytt block register|list`: the kinds of block that Skyflytt has."""

from __future__ import annotations

from typing import Annotated

import typer

from deployments.commands.at_server import at_server

app = typer.Typer(help="Outside systems as blocks in Prefect's UI.", no_args_is_help=True)


@app.command()
def register() -> None:
    """Make every kind of block known to the Prefect server, so that the UI has its form. May be repeated at any time."""
    with at_server():
        from blocks.page import kinds  # noqa: PLC0415

        for kind in kinds():
            kind.register_type_and_schema()
            typer.echo(f"Block type: {kind.get_block_type_slug()}")


@app.command(name="list")
def list_kinds(
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/reference/blocks.md.")] = False,
) -> None:
    """List every kind of block, with what its account needs at that system and no more."""
    from blocks.page import kinds, page, plain  # noqa: PLC0415

    typer.echo(page(kinds()) if markdown else plain(kinds()), nl=False)
