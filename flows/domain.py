"""Flow `domain`: one step of a domain's cutover at a time: plan, lower the TTLs, switch, verify, raise them again; and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from skyflytt.errors.base import NeedsPerson
from skyflytt.phase.cutover.domains import DomainAct, approve_plan, moving_domains, wrong_servers
from tasks.act_on_domain import READS, act_on_domain

SERVER_MINUTES = 5.0


@flow(**phase_options("domain"))
@explicit_end
def domain(
    project: MigrationProject,
    act: DomainAct = DomainAct.PLAN,
    step: str | None = None,
    *,
    only: str | None = None,
    dry_run: bool = True,
    approved_by: str | None = None,
    without_waiting: bool = False,
    over_others: bool = False,
    server_minutes: float = SERVER_MINUTES,
) -> State[Any]:
    """Plan (only reads), lower the TTLs, switch, verify (only reads), raise the TTLs, or roll back. Nothing is changed unless `dry_run` is off.

    Args:
        project: The customer's move.
        act: What to do; they come in this order, and the way back is open at any time.
        step: The playbook's step that this run is for; empty when started by hand.
        only: One domain's name; empty for all that have a host.
        dry_run: Show what would be changed, and change nothing.
        approved_by: For the switch: full name of who has looked at the plan and approves it; empty when that is recorded already.
        without_waiting: For the switch: even while others may still have the old records by their old TTL.
        server_minutes: How long name servers that lag are waited for.
        over_others: For the way back: undo what somebody else changed in the meantime, too.
    """
    shows = dry_run and act not in READS
    with phase_run(project, "domain", step, dry_run=shows) as run:
        names = _names(run, only)
        if act is DomainAct.SWITCH and approved_by and not shows:
            _approve(run, names, approved_by)
        options: dict[str, bool | float] = {"dry_run": shows, "without_waiting": without_waiting}
        settle_domains(run, act, names, {**options, "over_others": over_others, "server_minutes": server_minutes})
        if not names:
            run.notes.append("no domain of the project has a host")
    return run.state()


def settle_domains(run: PhaseRun, act: DomainAct, names: list[str], options: Mapping[str, bool | float]) -> None:
    """Run the act for each; who has to act is not a failure of the run, and neither is a server that lags."""
    acted = {}
    for name in names:
        result = act_on_domain.submit(run.project, name, act, **options).result(raise_on_failure=False)
        if isinstance(result, NeedsPerson):
            run.hold(f"{name}: {result} {result.advice}")
        elif isinstance(result, BaseException):
            run.failures[f"{act} {name}"] = result
        else:
            acted[name] = result
            run.notes.append(f"{name}: {result.said}")
    for name, one in acted.items():
        if one.held:
            run.hold(f"{name}: {one.held}")
        if one.verdicts and (wrong := wrong_servers(one.verdicts)):
            run.hold(f"{name}: {'; '.join(wrong)}. Start it again when they have had time; nothing is done twice")


def _names(run: PhaseRun, only: str | None) -> list[str]:
    with run.project.open() as migration:
        return [one.name for one in moving_domains(migration, only)]


def _approve(run: PhaseRun, names: list[str], by: str) -> None:
    with run.project.open() as migration:
        for name in names:
            approve_plan(migration, name, by)
