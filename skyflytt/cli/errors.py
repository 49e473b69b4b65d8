"""`skyflytt errors`: every failure by its code, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Every failure by its code, and what to do about it.", invoke_without_command=True)


@app.callback()
def errors(
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page docs/reference/errors.md.")] = False,
) -> None:
    """Print what can go wrong: code, kind, what happened, what to do."""
    from skyflytt.errors import catalogue  # noqa: PLC0415

    if markdown:
        typer.echo(catalogue.markdown(), nl=False)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("code", "kind", "what happened", "what to do", show_lines=True)
    for one in catalogue.described():
        sentence = one.sentence.removesuffix(": {detail}").removesuffix(".")
        table.add_row(*(Text(cell) for cell in (one.code, one.kind, sentence, one.advice)))
    Console().print(table)
