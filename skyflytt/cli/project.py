"""`skyflytt project`: the project file."""

from __future__ import annotations

import typer

from skyflytt.cli.project_check import check
from skyflytt.cli.project_list_anew import list_anew
from skyflytt.cli.project_schema import schema

app = typer.Typer(help="The project file: one customer's move as data.", no_args_is_help=True)
app.command()(check)
app.command()(list_anew)
app.command()(schema)
