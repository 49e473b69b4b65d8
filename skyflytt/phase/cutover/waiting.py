"""A cutover that is asked for while a pass runs waits for it, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep

from sqlalchemy import select

from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.schema import pass_
from skyflytt.ledger.workloads import Workload, workloads
from skyflytt.phase.migration import Migration

ACTOR = "skyflytt"
EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Running:
    """A pass that somebody is making now."""

    label: str
    number: int
    since: datetime

    def __str__(self) -> str:
        return f"pass {self.number} over {self.label}, since {self.since:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long passes are waited for, in seconds."""

    most_s: float
    every_s: float = EVERY_S
    wait: Callable[[float], None] = sleep
    passed: Callable[[], float] = monotonic


def running_passes(ledger: Ledger, project: str) -> list[Running]:
    """The project's passes that run now. One whose process was killed is marked as running still, and holds no lock."""
    rows = select(pass_.c.workload, pass_.c.number, pass_.c.started_at).where(pass_.c.state == "running")
    with ledger.reading() as connection:
        marked = {row.workload: row for row in connection.execute(rows)}
    return [
        Running(one.label, marked[one.id].number, marked[one.id].started_at)
        for one in workloads(ledger, project)
        if one.id in marked and _is_held(ledger, one)
    ]


def wait_for_passes(migration: Migration, waiting: Waiting) -> list[Running]:
    """Wait until no pass of the project runs; those that were waited for, which also stand in the journal.

    Raises `PassRunning` when one is running still after the longest time.
    """
    began, seen = waiting.passed(), dict[str, Running]()
    while found := running_passes(migration.ledger, migration.name):
        new = [one for one in found if one.label not in seen]
        seen |= {one.label: one for one in found}
        if new:
            migration.tell(f"the cutover waits for {'; '.join(map(str, new))}")
        if waiting.passed() - began >= waiting.most_s:
            raise PassRunning(found[0].label, f"the cutover waited {waiting.most_s / 3600:.1f} hours for {found[0]}")
        waiting.wait(waiting.every_s)
    if seen:
        data = {"passes": [{"workload": one.label, "pass": one.number} for one in seen.values()]}
        journal.append(
            migration.ledger, migration.name, actor=ACTOR, action="cutover-waited", subject=migration.name, data=data
        )
    return list(seen.values())


def _is_held(ledger: Ledger, workload: Workload) -> bool:
    try:
        with workload_lock(ledger, workload):
            return False
    except PassRunning:
        return True
