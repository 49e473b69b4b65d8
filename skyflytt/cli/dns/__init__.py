"""`skyflytt dns`: a domain's records, from the snapshot to the cutover and back. Each command is a function, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.dns import changing, looking

app = typer.Typer(
    help="A domain's records: what points to the old provider, the change, and the way back.", no_args_is_help=True
)
app.command("snapshot")(looking.snapshot)
app.command("pointing")(looking.pointing)
app.command("plan")(looking.plan)
app.command("lower")(changing.lower)
app.command("apply")(changing.apply)
app.command("verify")(looking.verify)
app.command("raise")(changing.raise_)
app.command("rollback")(changing.rollback)
app.command("status")(looking.status)
