"""Commands that other packages add: each entry point of the group `skyflytt.commands` is a Typer app for the group of its name."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

GROUP = "skyflytt.commands"


def add_commands_of_others(groups: dict[str, typer.Typer]) -> None:
    """A group that is there gets the commands as well; another one is added. They import what they need when they run, as all do."""
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        added: typer.Typer = point.load()
        if point.name in groups:
            groups[point.name].registered_commands += added.registered_commands
        else:
            groups[point.name] = added
