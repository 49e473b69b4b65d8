"""What somebody on call has to know before it is too late: a drop about to close, a step whose deadline is at risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from skyflytt.drop.rows import DropState, drop_rows
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import approvals, waiver_of
from skyflytt.playbook.due import Standing
from skyflytt.playbook.steps import StepState

AHEAD = timedelta(days=2)
"""So long before a drop's end, or before a failed step is late."""


class AlarmKind(StrEnum):
    DROP_CLOSING = "skyflytt.drop.closing"
    DEADLINE_AT_RISK = "skyflytt.deadline.at-risk"


@dataclass(frozen=True, slots=True)
class Alarm:
    """`about` is the drop's or the step's name; `said` a sentence or two, without names of the customer's people."""

    kind: AlarmKind
    about: str
    said: str


def alarms(migration: Migration, steps: Iterable[Standing]) -> list[Alarm]:
    """Those that hold now, whether or not somebody was told already."""
    return [*_drops(migration), *_steps(migration, steps)]


def _drops(migration: Migration) -> Iterator[Alarm]:
    now = migration.clock.now()
    for row in drop_rows(migration.ledger, migration.name).values():
        if row.state is not DropState.OPEN or row.ends_at is None or not row.ends_at - AHEAD <= now < row.ends_at:
            continue
        if row.receipt is None and not approvals(migration.ledger, migration.name, waiver_of(row.name)):
            said = f"The drop {row.name} of {migration.name} closes at {_shown(migration, row.ends_at)}, and there is no receipt for it."
            yield Alarm(AlarmKind.DROP_CLOSING, row.name, said)


def _steps(migration: Migration, steps: Iterable[Standing]) -> Iterator[Alarm]:
    now = migration.clock.now()
    for one in steps:
        if one.state is StepState.DONE or not one.applies or one.late_at is None:
            continue
        subject = f"“{one.step.title.en}” ({one.step.id}) of {migration.name}"
        if one.late:
            said = f"{subject} is late since {_shown(migration, one.late_at)}. {one.waits_for}"
        elif one.state is StepState.FAILED and one.late_at - AHEAD <= now:
            said = f"{subject} failed, and is late at {_shown(migration, one.late_at)}. {one.waits_for}"
        else:
            continue
        yield Alarm(AlarmKind.DEADLINE_AT_RISK, one.step.id, said.strip())


def _shown(migration: Migration, at: datetime) -> str:
    return f"{at.astimezone(migration.project.zone):%Y-%m-%d %H:%M %Z}"
