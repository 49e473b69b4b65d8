"""`skyflytt step`: what people do with a playbook's steps. Each command is a function of `acting`, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.step.acting import approve, done, redo, reject
from skyflytt.cli.step.standing import list_

app = typer.Typer(help="The steps of a project's playbook, and what people do with them.", no_args_is_help=True)
app.command("list")(list_)
app.command()(done)
app.command()(reject)
app.command()(approve)
app.command()(redo)
