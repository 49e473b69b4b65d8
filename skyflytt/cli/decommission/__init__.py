"""`skyflytt decommission`: what has to be said before anything is deleted at the old provider, and what keeps it from being deleted."""

from __future__ import annotations

import typer

from skyflytt.cli.decommission.answer import answer
from skyflytt.cli.decommission.bounced import bounced
from skyflytt.cli.decommission.copy import copy
from skyflytt.cli.decommission.media import media
from skyflytt.cli.decommission.status import status

app = typer.Typer(help="Retention questions, warnings, residual copies and media of a deletion.", no_args_is_help=True)
for command in (status, answer, copy, media, bounced):
    app.command(no_args_is_help=True)(command)
