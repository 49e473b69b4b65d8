"""Which playbooks there are: one file each in the catalogue."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def known_playbooks() -> tuple[str, ...]:
    """Names of the ready playbooks, sorted."""
    catalogue = files("skyflytt") / "playbook" / "catalogue"
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in catalogue.iterdir() if entry.name.endswith(".yaml"))
    )
