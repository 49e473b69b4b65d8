"""`skyflytt dropbox`: signing in, and how many licences a team needs."""

from __future__ import annotations

import typer

from skyflytt.cli.dropbox import licences, sign_in

app = typer.Typer(help="Dropbox: signing in, and licences.", no_args_is_help=True)
app.command("licences")(licences.licences)
app.command("sign-in")(sign_in.sign_in)
