"""A step's row: waiting, running, then done or failed. Every change is one transaction with its line in the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from skyflytt.errors.playbook import StepNotStarted, StepUnknown
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import step as step_table
from skyflytt.playbook.model import Playbook


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the ledger has it. `ended_at` stays while a repeated step runs again: what comes after it need not wait.

    `evidence` is what a person left when it was done, by name; the answer to a choice is there as `answer`.
    """

    name: str
    position: int
    state: StepState
    started_at: datetime | None
    ended_at: datetime | None
    by: str | None
    outcome: str | None
    evidence: Mapping[str, str] = field(default_factory=dict)


def ensure_steps(ledger: Ledger, project: str, playbook: Playbook, *, by: str) -> int:
    """Make the rows of steps that the ledger does not have yet; how many. Called again, it only adds."""
    with ledger.writing() as connection:
        where = step_table.c.project == project
        there = set(connection.execute(select(step_table.c.name).where(where)).scalars())
        new = [
            {"project": project, "name": step.id, "position": position, "state": StepState.WAITING}
            for position, step in enumerate(playbook.steps, 1)
            if step.id not in there
        ]
        if new:
            connection.execute(insert(step_table), new)
            data = {"steps": len(new)}
            journal.append_in(
                connection, ledger, project, actor=by, action="playbook-taken", subject=playbook.id, data=data
            )
    return len(new)


def step_rows(ledger: Ledger, project: str) -> dict[str, StepRow]:
    """The project's steps by name, in their order."""
    rows = select(step_table).where(step_table.c.project == project).order_by(step_table.c.position)
    with ledger.reading() as connection:
        return {row.name: _row(row) for row in connection.execute(rows)}


def start_step(ledger: Ledger, project: str, name: str, *, by: str, again: bool = False) -> bool:
    """The step runs from now on; True for the one caller that started it.

    A step that runs already, or is done, is left alone (False), unless `again`: then it is started anew, as a step is that a
    killed process left running, that comes again each week, or that failed and was settled. A failed step needs no `again`.
    """
    with ledger.writing() as connection:
        row = get_in(connection, project, name)
        if row.state in (StepState.RUNNING, StepState.DONE) and not again:
            return False
        values = {"state": StepState.RUNNING, "started_at": ledger.clock.now(), "by": by, "outcome": None}
        _change(connection, project, name, values)
        action = "step-started" if row.state is StepState.WAITING else "step-started-again"
        data = {"before": row.state.value}
        journal.append_in(connection, ledger, project, actor=by, action=action, subject=name, data=data)
    return True


def finish_step(ledger: Ledger, project: str, name: str, *, by: str, outcome: str = "") -> bool:
    """The step is done; False when it already was. A step that only waited (manual, wait) may end without having run.

    Raises `StepNotStarted` for a failed step, which has to be started again first.
    """
    with ledger.writing() as connection:
        row = get_in(connection, project, name)
        if row.state is StepState.DONE:
            return False
        if row.state is StepState.FAILED:
            raise StepNotStarted(name, "it failed")
        end_in(connection, ledger, project, row, state=StepState.DONE, by=by, outcome=outcome)
    return True


def fail_step(ledger: Ledger, project: str, name: str, *, by: str, outcome: str) -> bool:
    """The step failed, `outcome` says why; False when it does not run (a step that is done stays done)."""
    with ledger.writing() as connection:
        row = get_in(connection, project, name)
        if row.state is not StepState.RUNNING:
            return False
        end_in(connection, ledger, project, row, state=StepState.FAILED, by=by, outcome=outcome)
    return True


def end_in(
    connection: Connection,
    ledger: Ledger,
    project: str,
    row: StepRow,
    *,
    state: StepState,
    by: str,
    outcome: str,
    evidence: Mapping[str, str] | None = None,
) -> None:
    """End a step in the caller's transaction; the journal names what it left, and says nothing of what stands in it."""
    now = ledger.clock.now()
    ended: dict[str, Any] = {"ended_at": now} if state is StepState.DONE else {}
    if evidence is not None:
        ended["evidence"] = json.dumps(dict(evidence), sort_keys=True, ensure_ascii=False)
    started = {} if row.started_at else {"started_at": now}
    _change(connection, project, row.name, {"state": state, "by": by, "outcome": outcome or None, **ended, **started})
    data = {"evidence": sorted(evidence)} if evidence else None
    journal.append_in(connection, ledger, project, actor=by, action=f"step-{state}", subject=row.name, data=data)


def get_in(connection: Connection, project: str, name: str) -> StepRow:
    """The step's row, locked for the caller's transaction. Raises `StepUnknown`."""
    where = (step_table.c.project == project) & (step_table.c.name == name)
    row = connection.execute(select(step_table).where(where).with_for_update()).first()
    if row is None:
        raise StepUnknown(name, f"the ledger has none of this name for {project}")
    return _row(row)


def _change(connection: Connection, project: str, name: str, values: dict[str, Any]) -> None:
    where = (step_table.c.project == project) & (step_table.c.name == name)
    connection.execute(update(step_table).where(where).values(**values))


def _row(row: Any) -> StepRow:
    evidence = json.loads(row.evidence) if row.evidence else {}
    return StepRow(
        row.name, row.position, StepState(row.state), row.started_at, row.ended_at, row.by, row.outcome, evidence
    )
