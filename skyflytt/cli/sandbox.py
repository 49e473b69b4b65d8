"""`skyflytt sandbox`: an old provider and a new one on this machine, to try everything on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.sandbox.lifecycle import ServerStatus

app = typer.Typer(
    help="An old provider and a new one on this machine, filled with a small company.", no_args_is_help=True
)
Root = Annotated[Path, typer.Option("--root", help="Folder that holds the sandbox.", show_default=True)]
DEFAULT_ROOT = Path(".skyflytt/sandbox")


@app.command()
def up(
    root: Root = DEFAULT_ROOT,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the sandbox's data away and make it anew.")] = False,
    clock_file: Annotated[Path | None, typer.Option(help="File with the hour that the drop goes by.")] = None,
) -> None:
    """Start the sandbox's servers; those that run are left alone."""
    from skyflytt.sandbox import lifecycle  # noqa: PLC0415

    if fresh:
        lifecycle.fresh(root)
    sandbox = lifecycle.up(root, clock_file=clock_file)
    show(lifecycle.status(root))
    typer.echo(
        f"\nProject file   {sandbox.project_file}\nPasswords      {sandbox.secrets_file}\nSent mail      {sandbox.post}"
    )
    typer.echo("The S3 server keeps nothing when it is stopped; all others do.")


@app.command()
def down(root: Root = DEFAULT_ROOT) -> None:
    """Stop the sandbox's servers and keep its data."""
    from skyflytt.sandbox import lifecycle  # noqa: PLC0415

    typer.echo(f"{lifecycle.down(root)} servers stopped; the data in {root} stays.")


@app.command()
def status(root: Root = DEFAULT_ROOT) -> None:
    """Say which of the sandbox's servers run; exit status 1 when one does not answer."""
    from skyflytt.sandbox import lifecycle  # noqa: PLC0415

    servers = lifecycle.status(root)
    show(servers)
    if not all(server.answering for server in servers):
        raise typer.Exit(1)


@app.command()
def clock(
    instant: Annotated[str | None, typer.Argument(help="The hour to move on to, as 2026-10-18T09:00:00+02:00.")] = None,
    root: Root = DEFAULT_ROOT,
) -> None:
    """Show the rehearsal's hour, or move it forward: deadlines, the drop and the playbook go by it."""
    from skyflytt.sandbox import rehearsal  # noqa: PLC0415

    if instant is not None:
        try:
            rehearsal.move_on(root, instant)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    typer.echo(f"{rehearsal.clock_of(root).now().isoformat()}")


def show(servers: list[ServerStatus]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("server", "kind", "address", "process", "state", box=None)
    for server in servers:
        running = "answers" if server.answering else "runs, but does not answer" if server.running else "stopped"
        process = str(server.pid) if server.running else "–"
        table.add_row(server.name, server.kind, f"{server.host}:{server.port}", process, running)
    Console().print(table)
