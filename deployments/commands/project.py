"""`skyflytt project register|pause|resume|unregister`: a project in Prefect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from deployments.commands.at_server import at_server

app = typer.Typer()
Name = Annotated[str, typer.Argument(metavar="NAME", help="The project's name, as its file has it.")]


@app.command()
def register(  # noqa: PLR0917 - the command line's own options
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The project file (YAML).")],
    workspace: Annotated[
        Path | None, typer.Option(help="Folder for archives and evidence (default: workspace, beside the file).")
    ] = None,
    clock_file: Annotated[Path | None, typer.Option(help="For rehearsals: a file with the hour to work at.")] = None,
    spread: Annotated[
        bool | None,
        typer.Option(help="Each mailbox and share is a run of its own (default: as it was; at first, not)."),
    ] = None,
    report_url: Annotated[str | None, typer.Option(help="Address of the project's page (default: as it was).")] = None,
    paused: Annotated[
        bool, typer.Option("--paused", help="What is new is not begun by its schedule before `project resume`.")
    ] = False,
) -> None:
    """Make a project known to Prefect, or bring it up to date: blocks, deployments with their forms, schedules.

    May be repeated at any time: what is so already is not touched, secrets that are only in the blocks stay, and so does a pause.
    """
    from skyflytt.project.load import load_project  # noqa: PLC0415

    project = load_project(file)  # before a server is asked
    with at_server():
        from blocks.connection_limit import limits_of  # noqa: PLC0415
        from deployments.register import register_blocks, register_deployments  # noqa: PLC0415
        from deployments.schedules import in_words, schedules_of  # noqa: PLC0415
        from skyflytt.project.secrets import secrets_of_this_machine  # noqa: PLC0415

        place = workspace or file.resolve().parent / "workspace"
        block = register_blocks(
            file, place, secrets_of_this_machine(), clock_file, spread=spread, report_url=report_url
        )
        typer.echo(f"Block: {block.name} ({file})")
        for name, connections in limits_of(project).items():
            typer.echo(f"Limit: {name}, {connections} connections at once")
        for name in register_deployments(block, paused=paused):
            typer.echo(f"Deployment: {name}")
        for flow, when in schedules_of(project).items():
            typer.echo(f"Schedule: {in_words(flow, when)}")


@app.command()
def pause(name: Name) -> None:
    """Let nothing of a project be started by its schedules; runs that work go on, and runs by hand are possible."""
    with at_server():
        from deployments.pause import pause_project  # noqa: PLC0415

        _tell("Paused", pause_project(name), f"{name} was paused already")


@app.command()
def resume(name: Name) -> None:
    """Let a project's schedules go on. A single schedule that a person switched off in the UI stays off."""
    with at_server():
        from deployments.pause import resume_project  # noqa: PLC0415

        _tell("Goes on", resume_project(name), f"{name} was not paused")


@app.command()
def unregister(name: Name) -> None:
    """Take a project out of Prefect: deployments, schedules, and blocks with their secrets. Ledger, archives and evidence stay."""
    with at_server():
        from deployments.unregister import unregister_project  # noqa: PLC0415

        gone = unregister_project(name)
        _tell("Deployment taken away", gone.deployments, "")
        _tell("Block taken away", gone.blocks, "")


def _tell(what: str, names: list[str] | tuple[str, ...], otherwise: str) -> None:
    for name in names:
        typer.echo(f"{what}: {name}")
    if not names and otherwise:
        typer.echo(otherwise)
