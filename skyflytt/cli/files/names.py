"""`skyflytt files names`: which names which target does not keep."""

from __future__ import annotations

from typing import Annotated

import typer


def names(
    markdown: Annotated[bool, typer.Option("--markdown", help="Give the page of the documentation.")] = False,
) -> None:
    """List the rules of every kind of target."""
    if markdown:
        from skyflytt.files.names.page import markdown as page  # noqa: PLC0415

        typer.echo(page(), nl=False)
    else:
        show()


def show() -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from skyflytt.files.names.kinds import KINDS  # noqa: PLC0415

    table = Table(
        Column("target", no_wrap=True), Column("rule", no_wrap=True), "names that …", "what becomes of them", box=None
    )
    for rules in KINDS.values():
        for rule in rules.every:
            table.add_row(rules.kind, rule.code, Text(rule.says), rule.severity)
    Console().print(table)
    typer.echo("Where each comes from, and how names are changed: skyflytt files names --markdown")
