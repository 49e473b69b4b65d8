"""`skyflytt decommission status`: the plan's hash, the countdown, and the retention questions, as the ledger has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from skyflytt.cli.opened import ProjectFile, Workspace, opened

if TYPE_CHECKING:
    from skyflytt.phase.migration import Migration


def status(file: ProjectFile, workspace: Workspace) -> None:
    """Show what the deletion waits for, as far as the ledger tells; the interlock looks at the sources as well."""
    with opened(file, workspace) as migration:
        for line in _lines(migration):
            typer.echo(line)


def _lines(migration: Migration) -> Iterator[str]:
    from skyflytt.decommission.countdown import WARNING_DAYS, countdown  # noqa: PLC0415
    from skyflytt.decommission.holds import HOLDS, hold_answers, question  # noqa: PLC0415
    from skyflytt.decommission.plan import make_plan  # noqa: PLC0415
    from skyflytt.decommission.retention import country_of  # noqa: PLC0415

    ledger, project, zone = migration.ledger, migration.name, migration.project.zone
    plan, found, answers = make_plan(ledger, project), countdown(ledger, project), hold_answers(ledger, project)
    yield f"Plan {plan.hash}: {plan.objects} objects, {plan.bytes} bytes in {len(plan.places)} places"
    ends = (
        f"{found.ends_at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        if found.ends_at
        else "not known: there is no deadline of erasure"
    )
    yield f"The countdown ends: {ends}"
    for days in WARNING_DAYS:
        one = found.warned.get(days)
        sent = "not sent" if one is None else f"{one.at.astimezone(zone):%Y-%m-%d %H:%M %Z} to {len(one.messages)}"
        yield f"  {days} days before: {sent}{f', {one.came_back} came back' if one and one.came_back else ''}"
    country = country_of(migration.project.time_zone)
    for hold in HOLDS:
        answered = answers.get(hold)
        said = f"{answered.answer.value}, says {answered.by}: {answered.reason}" if answered else "not answered"
        yield f"{hold}: {said}\n  {question(hold, country)}"
