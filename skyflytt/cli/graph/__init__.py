"""`skyflytt graph`: Microsoft 365 by Microsoft Graph."""

from __future__ import annotations

import typer

from skyflytt.cli.graph import grants, library, sign_in

app = typer.Typer(help="Microsoft 365 by Microsoft Graph.", no_args_is_help=True)
app.command("grants")(grants.grants)
app.command("library")(library.library)
app.command("sign-in")(sign_in.sign_in)


@app.callback()
def group() -> None:
    """Keeps the one command a command of the group."""
