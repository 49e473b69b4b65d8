"""The playbook's steps as they stand now, by phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from skyflytt.phase.migration import Migration
from skyflytt.playbook.due import Standing, what_is_due
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.playbook.steps import StepState, step_rows

DONE, RUNNING, FAILED, LATE, READY, WAITING, LEFT_OUT = (
    "done",
    "running",
    "failed",
    "late",
    "ready",
    "waiting",
    "does not apply",
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step. `state` is one of the words above: late and ready are waiting steps about which somebody may do something.

    `said` is what it came to, or what it waits for; `by_person`: a person does it; `at_hand`: nothing keeps it from being done now.
    """

    id: str
    title: str
    phase: str
    owner: str
    state: str
    by_person: bool
    at_hand: bool
    due_at: datetime | None
    late_at: datetime | None
    ended_at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """The steps of a phase that follow each other in the playbook."""

    phase: str
    steps: tuple[StepLine, ...]

    @property
    def done(self) -> int:
        return sum(one.state == DONE for one in self.steps)

    @property
    def wanted(self) -> int:
        return sum(one.state != LEFT_OUT for one in self.steps)

    @property
    def is_under_way(self) -> bool:
        """Something runs, or somebody has something to do."""
        return any(one.state in (RUNNING, FAILED, LATE, READY) for one in self.steps)

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.steps)


@dataclass(frozen=True, slots=True)
class Steps:
    """`playbook` is its title, empty for a project without one."""

    playbook: str = ""
    phases: tuple[PhaseLine, ...] = ()

    @property
    def lines(self) -> tuple[StepLine, ...]:
        return tuple(one for phase in self.phases for one in phase.steps)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.phases)

    @property
    def wanted(self) -> int:
        return sum(one.wanted for one in self.phases)


def steps_of(migration: Migration) -> Steps:
    """Asks the ledger, and writes nothing to it."""
    project = migration.project
    if project.playbook is None:
        return Steps()
    playbook = load_playbook(project.playbook)
    standings = what_is_due(migration.ledger, migration.name, playbook, project.zone, project.business)
    rows = step_rows(migration.ledger, migration.name)
    lines = []
    for one in standings:
        row = rows.get(one.step.id)
        ended_at = row.ended_at if row and one.state is StepState.DONE else None
        lines.append(_line(one, ended_at, (row.outcome if row else None) or ""))
    return Steps(playbook.title.en, _by_phase(lines))


def _line(one: Standing, ended_at: datetime | None, outcome: str) -> StepLine:
    state = _state(one)
    said = outcome if state == DONE else "" if state == LEFT_OUT else one.waits_for
    return StepLine(
        id=one.step.id,
        title=one.step.title.en,
        phase=one.step.phase,
        owner=one.step.owner,
        state=state,
        by_person=one.step.kind is StepKind.MANUAL,
        at_hand=one.applies and (one.ready or one.state is StepState.FAILED),
        due_at=one.due_at,
        late_at=one.late_at,
        ended_at=ended_at,
        said=said,
    )


def _state(one: Standing) -> str:
    if not one.applies:
        return LEFT_OUT
    if one.state is not StepState.WAITING:
        return one.state.value
    return LATE if one.late else READY if one.ready else WAITING


def _by_phase(lines: Sequence[StepLine]) -> tuple[PhaseLine, ...]:
    """A phase that the playbook comes back to stands there once, where it begins."""
    phases = dict.fromkeys(one.phase for one in lines)
    return tuple(PhaseLine(phase, tuple(one for one in lines if one.phase == phase)) for phase in phases)
