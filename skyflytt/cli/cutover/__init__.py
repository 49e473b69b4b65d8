"""`skyflytt cutover`: whether the evening can begin, its rehearsal, and whether mail flows. The cutover itself is a flow."""

from __future__ import annotations

import typer

from skyflytt.cli.cutover import trying

app = typer.Typer(
    help="The evening of the cutover: whether it can begin, its rehearsal on a copy, and whether mail flows.",
    no_args_is_help=True,
)
app.command("ready")(trying.ready)
app.command("rehearse")(trying.rehearse)
app.command("mail")(trying.mail)
