"""`skyflytt mail`: one mailbox, without a project file. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.mail.compare import compare
from skyflytt.cli.mail.fetch import fetch
from skyflytt.cli.mail.probe import probe
from skyflytt.cli.mail.sync import sync

app = typer.Typer(help="One mailbox without a project file: probe, fetch, sync, compare.", no_args_is_help=True)
app.command()(compare)
app.command()(fetch)
app.command()(probe)
app.command()(sync)
