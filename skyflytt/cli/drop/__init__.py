"""`skyflytt drop`: where the customer fetches everything. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.drop.ending import close, erase, receipt
from skyflytt.cli.drop.opening import extend, open_
from skyflytt.cli.drop.serve import serve
from skyflytt.cli.drop.status import status

app = typer.Typer(help="Where the customer fetches everything, for a limited time.", no_args_is_help=True)


@app.callback()
def drop() -> None:
    """Where the customer fetches everything, for a limited time."""


app.command("open")(open_)
app.command()(extend)
app.command()(status)
app.command()(receipt)
app.command()(close)
app.command()(erase)
app.command()(serve)
