"""`skyflytt playbook`: the ready playbooks, and the plan of a project. Each command is a file here, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.playbook.checking import check, schema
from skyflytt.cli.playbook.planning import plan
from skyflytt.cli.playbook.showing import list_, show

app = typer.Typer(help="Playbooks: the steps of an exit as data, and a project's plan.", no_args_is_help=True)
app.command("list")(list_)
app.command()(show)
app.command()(check)
app.command()(schema)
app.command()(plan)
