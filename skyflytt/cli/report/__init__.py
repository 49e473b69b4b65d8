"""`skyflytt report`: a project's page. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.report.serve import serve
from skyflytt.cli.report.write import write

app = typer.Typer(help="A project's page: what is wrong, what is next, how far it is.", no_args_is_help=True)


@app.callback()
def report() -> None:
    """A project's page: what is wrong, what is next, how far it is."""


app.command()(write)
app.command()(serve)
