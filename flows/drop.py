"""Flow `drop`: open or close the place where the customer collects its data for a limited time."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import explicit_end, phase_run
from skyflytt.project.load import load_project
from tasks.close_drop import close_drop
from tasks.open_drop import open_drop


class DropAct(StrEnum):
    """What to do with the project's drops."""

    OPEN = "open"
    CLOSE = "close"


@flow(**phase_options("drop"))
@explicit_end
def drop(project: MigrationProject, act: DropAct = DropAct.OPEN, step: str | None = None) -> State[Any]:
    """Open the project's drops (upload, manifest, account with an end), or close them for good, with proof.

    Args:
        project: The customer's move.
        act: open, or close.
        step: The playbook's step that this run is for; empty when started by hand.
    """
    names = [one.name for one in load_project(Path(project.file)).drops]
    with phase_run(project, "drop", step) as run:
        run.each(open_drop if act is DropAct.OPEN else close_drop, names)
        run.notes.append(f"{act}: {', '.join(names) or 'the project has no drop'}")
    return run.state()
