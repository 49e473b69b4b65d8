"""The project's deadlines: those that the ledger has, and, until it has them, what the contract says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from skyflytt.deadline.shown import shown
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import contract_deadlines
from skyflytt.phase.migration import Migration


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """`shown` is how it is told in the project's zone: a period ends at the 24:00 of its last day. `noted`: the ledger has it."""

    name: str
    at: datetime
    shown: str
    zone: str
    why: str
    passed: bool
    noted: bool


def deadlines_of(migration: Migration) -> tuple[DeadlineLine, ...]:
    """Earliest first."""
    project, now = migration.project, migration.clock.now()
    kept = deadlines(migration.ledger, migration.name)
    told = {one.name: one for one in contract_deadlines(project.contract, project.zone, project.business)}
    return tuple(
        DeadlineLine(
            one.name,
            one.at,
            shown(one, project.zone),
            f"{one.at.astimezone(project.zone):%Z}",
            one.why,
            passed=one.at <= now,
            noted=one.name in kept,
        )
        for one in sorted({**told, **kept}.values(), key=lambda one: (one.at, one.name))
    )
