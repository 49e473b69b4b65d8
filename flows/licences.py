"""Flow `licences`: count the licences of the directories being left, give them back, count them again, reinstate them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from skyflytt.project.load import load_project
from tasks.confirm_licences import confirm_licences
from tasks.look_at_directory import look_at_directory
from tasks.measure_licences import measure_licences
from tasks.reclaim_licences import reclaim_licences
from tasks.reinstate_licences import reinstate_licences


class LicencesAct(StrEnum):
    """What to do, in the order in which it can be done."""

    MEASURE = "measure"
    RECLAIM = "reclaim"
    CONFIRM = "confirm"
    REINSTATE = "reinstate"
    LOOK = "look"
    """What is left, trials and managed customers included; a playbook's step is held while anything is."""


WRITES = (LicencesAct.RECLAIM, LicencesAct.REINSTATE)


@flow(**phase_options("licences"))
@explicit_end
def licences(
    project: MigrationProject,
    act: LicencesAct = LicencesAct.MEASURE,
    step: str | None = None,
    *,
    only: str | None = None,
    licence: str = "",
    dry_run: bool = True,
) -> State[Any]:
    """Count the licences, give them back, count them again, or reinstate one of them. Nothing is done out of its order.

    Args:
        project: The customer's move.
        act: measure, reclaim, confirm, or reinstate; look only says what is left.
        step: The playbook's step that this run is for; empty when started by hand.
        only: One directory's name; empty for all of the project.
        licence: For reinstate: the licence's key, as the table of the run before shows it.
        dry_run: For reclaim and reinstate: only say what would be done.
    """
    shows = dry_run and act in WRITES
    with phase_run(project, "licences", step, dry_run=shows) as run:
        names = [one.name for one in load_project(Path(project.file)).directories if only in {None, "", one.name}]
        if not names:
            run.notes.append("the project names no directory")
        if act is not LicencesAct.LOOK:
            _act(run, act, names, licence, dry_run=shows)
        elif not _look(run, names) and not run.failures:
            run.held = ". ".join(run.notes)
    return run.state()


def _act(run: PhaseRun, act: LicencesAct, names: list[str], licence: str, *, dry_run: bool) -> None:
    if act is LicencesAct.RECLAIM:
        said = run.each(reclaim_licences, names, dry_run)
    elif act is LicencesAct.REINSTATE:
        said = run.each(reinstate_licences, names, licence, dry_run)
    else:
        said = run.each(confirm_licences if act is LicencesAct.CONFIRM else measure_licences, names)
    run.notes += said.values()


def _look(run: PhaseRun, names: list[str]) -> bool:
    """Whether nothing is left anywhere."""
    found = run.each(look_at_directory, names)
    run.notes += (words for words, _ in found.values())
    return bool(names) and all(empty for _, empty in found.values())
