"""Flow `drop`: open, extend, look at, receive, close or erase the place where the customer collects its data for a limited time."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from skyflytt.phase.would_drop import would_close, would_erase, would_extend, would_open, would_receive
from skyflytt.project.load import load_project
from tasks.close_drop import close_drop
from tasks.erase_drop import erase_drop
from tasks.extend_drop import extend_drop
from tasks.open_drop import open_drop
from tasks.receive_drop import receive_drop
from tasks.show_drop import show_drop


class DropAct(StrEnum):
    """What to do with the project's drops."""

    OPEN = "open"
    EXTEND = "extend"
    STATUS = "status"
    RECEIPT = "receipt"
    CLOSE = "close"
    ERASE = "erase"


@flow(**phase_options("drop"))
@explicit_end
def drop(
    project: MigrationProject,
    act: DropAct = DropAct.OPEN,
    step: str | None = None,
    *,
    only: str | None = None,
    days: int = 1,
    digest: str = "",
    by: str = "",
    dry_run: bool = False,
) -> State[Any]:
    """Open the project's drops (upload, manifest, account with an end), see who fetched what, or close them for good, with proof.

    Args:
        project: The customer's move.
        act: open, extend, status, receipt, close, or erase.
        step: The playbook's step that this run is for; empty when started by hand.
        only: One drop's name; empty for all of the project.
        days: For extend: how many days longer it stays open.
        digest: For receipt: the SHA-256 of manifest.csv that the customer sent back.
        by: For receipt: who at the customer sent it.
        dry_run: Say what would be done, and neither change anything nor tell anybody. Status looks all the same.
    """
    shows = dry_run and act is not DropAct.STATUS
    with phase_run(project, "drop", step, dry_run=shows) as run:
        if shows:
            said = _would(run, act, only, days, digest)
        elif act is DropAct.RECEIPT:
            said = receive_drop(project, only or None, digest, by)
        else:
            names = _names(project, only)
            said = _act(run, act, names, days, remind=not dry_run) or names
        run.notes.append(f"{act}: {', '.join(said) or 'the project has no drop'}")
    return run.state()


def _names(project: MigrationProject, only: str | None) -> list[str]:
    return [one.name for one in load_project(Path(project.file)).drops if only in {None, "", one.name}]


def _would(run: PhaseRun, act: DropAct, only: str | None, days: int, digest: str) -> list[str]:
    """What it would do to each."""
    names = _names(run.project, only)
    with run.project.open() as migration:
        if act is DropAct.RECEIPT:
            return [would_receive(migration, names, digest)]
        if act is DropAct.EXTEND:
            return [would_extend(migration, name, days) for name in names]
        would = {DropAct.OPEN: would_open, DropAct.CLOSE: would_close, DropAct.ERASE: would_erase}[act]
        return [would(migration, name) for name in names]


def _act(run: PhaseRun, act: DropAct, names: list[str], days: int, *, remind: bool) -> list[str]:
    """Run it for each; what the acts have to say that say something."""
    if act is DropAct.EXTEND:
        ends = run.each(extend_drop, names, days)
        return [f"{name} until {end}" for name, end in ends.items()]
    if act is DropAct.STATUS:
        return list(run.each(show_drop, names, remind).values())
    if act is DropAct.ERASE:
        return list(run.each(erase_drop, names).values())
    run.each(open_drop if act is DropAct.OPEN else close_drop, names)
    return []
