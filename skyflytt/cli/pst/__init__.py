"""`skyflytt pst`: Outlook's PST files. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.pst.check import check
from skyflytt.cli.pst.extract import extract
from skyflytt.cli.pst.listing import listing
from skyflytt.cli.pst.verify import verify
from skyflytt.cli.pst.write import write

app = typer.Typer(help="Outlook's PST files: write, list, extract, verify, check.", no_args_is_help=True)
app.command()(check)
app.command()(extract)
app.command("list")(listing)
app.command()(verify)
app.command()(write)
