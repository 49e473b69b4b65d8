"""Which drop a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.project.model import Project

Which = Annotated[
    str | None, typer.Argument(metavar="[DROP]", help="The drop's name; may be left out where the project has one.")
]
Until = Annotated[
    str | None,
    typer.Option(metavar="INSTANT", help="Its end: a day (2026-11-30, its 24:00) or an instant (2026-11-30T18:00)."),
]
BeyondBy = Annotated[
    str | None,
    typer.Option("--beyond-contract-by", metavar="NAME", help="Who decides that it stays open beyond the contract."),
]


def named(project: Project, drop: str | None) -> str:
    """The drop's name. Raises `BadParameter`."""
    names = [one.name for one in project.drops]
    if drop is None and len(names) == 1:
        return names[0]
    if drop not in names:
        raise typer.BadParameter(f"name one of the project's drops: {', '.join(names) or 'it has none'}")
    return drop
