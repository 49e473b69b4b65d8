"""`skyflytt licences`: count, give back, count again, reinstate. Each command is a function of this folder, and a line below."""

from __future__ import annotations

import typer

from skyflytt.cli.licences import changing, counting, organisation

app = typer.Typer(
    help="Licences of the directories being left: counted, given back, confirmed, reinstated, in that order.",
    no_args_is_help=True,
)
app.command("list")(counting.list_)
app.command("measure")(counting.measure)
app.command("confirm")(counting.confirm)
app.command("reclaim")(changing.reclaim)
app.command("cancelled")(changing.cancelled)
app.command("reinstate")(changing.reinstate)
app.command("accounts")(organisation.accounts)
app.command("look")(organisation.look)
app.command("delete-organisation")(organisation.delete_organisation)
