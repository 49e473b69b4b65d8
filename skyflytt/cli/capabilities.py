"""`skyflytt capabilities`: what each kind of server can do."""

from __future__ import annotations

from typing import Annotated

import typer


def capabilities(
    markdown: Annotated[bool, typer.Option("--markdown", help="Give the page of the documentation.")] = False,
) -> None:
    """Say what each kind of server can do, by the data by which passes decide."""
    from skyflytt.capabilities import TABLES, cell  # noqa: PLC0415
    from skyflytt.capabilities import markdown as page  # noqa: PLC0415

    if markdown:
        typer.echo(page(), nl=False)
        return
    for table in TABLES:
        typer.echo(f"{table.title}")
        for kind, variants in table.kinds.items():
            told = {above: cell(variants, name, words) for name, above, words in table.columns}
            can = "; ".join(f"{above}: {words.strip('*`')}" for above, words in told.items() if words != "–")
            typer.echo(f"  {kind}: {can}")
