"""`skyflytt exchange`: PST files that Exchange makes itself, and the devices at it. Each command is a function of this folder."""

from __future__ import annotations

import typer

from skyflytt.cli.exchange import devices, exports

app = typer.Typer(
    help="An Exchange on-premises by PowerShell remoting: PST files that it makes itself, and who synchronises with it.",
    no_args_is_help=True,
)
app.command("export")(exports.export)
app.command("exports")(exports.exports)
app.command("clear-exports")(exports.clear_exports)
app.command("devices")(devices.devices)
