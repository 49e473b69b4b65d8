"""`skyflytt card`: what is known of each business application. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.card.changing import set_
from skyflytt.cli.card.showing import list_, show

app = typer.Typer(
    help="Application cards: version, licence, backup, restore test, documentation.", no_args_is_help=True
)
app.command("list")(list_)
app.command()(show)
app.command("set")(set_)
