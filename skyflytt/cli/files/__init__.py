"""`skyflytt files`: one folder of files, without a project file. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.files.compare import compare
from skyflytt.cli.files.names import names
from skyflytt.cli.files.scan import scan
from skyflytt.cli.files.sync import sync
from skyflytt.cli.files.verify import verify

app = typer.Typer(
    help="One folder of files without a project file: scan, sync, compare, verify; and names.", no_args_is_help=True
)
app.command()(compare)
app.command()(names)
app.command()(scan)
app.command()(sync)
app.command()(verify)
