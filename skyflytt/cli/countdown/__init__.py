"""`skyflytt countdown`: the count to an organisation's automatic deletion. Each command is a function of `events`, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.countdown import events

app = typer.Typer(
    help="The count to an organisation's automatic deletion, and what happens to it.", no_args_is_help=True
)
app.command("show")(events.show)
app.command("follow")(events.follow)
app.command("mark")(events.mark)
app.command("active")(events.active)
app.command("warned")(events.warned)
app.command("returned")(events.returned)
app.command("prevented")(events.prevented)
app.command("deleted")(events.deleted)
