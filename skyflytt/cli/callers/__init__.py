"""`skyflytt callers`: who still signs in at the servers that were left. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.callers.forget import forget
from skyflytt.cli.callers.instructions import instructions
from skyflytt.cli.callers.listing import list_
from skyflytt.cli.callers.scan import scan

app = typer.Typer(help="Who still signs in at the servers that were left.", no_args_is_help=True)


@app.callback()
def callers() -> None:
    """Who still signs in at the servers that were left: phones, printers, drives, scripts."""


app.command()(scan)
app.command("list")(list_)
app.command()(instructions)
app.command()(forget)
