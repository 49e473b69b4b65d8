"""What of a playbook may run now, what is late, and what each of the others waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import Deadline
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.gates import GATES
from skyflytt.playbook.model import Playbook, Step, StepKind, When
from skyflytt.playbook.steps import StepRow, StepState, step_rows

Refusal = Callable[[str], str | None]
"""A gate's name: None when it holds, else what is missing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands now.

    `ready`: it may be started (automatic), may be done by its person (manual), or is done by itself (waiting). `due_at` and
    `late_at` are None where the playbook sets none, or where their deadline is not known yet. `waits_for` is a sentence, empty
    when it is ready or done.
    """

    step: Step
    state: StepState
    due_at: datetime | None
    late_at: datetime | None
    ready: bool
    late: bool
    waits_for: str


def what_is_due(ledger: Ledger, project: str, playbook: Playbook, zone: ZoneInfo) -> list[Standing]:
    """Every step of the playbook as it stands now, from the ledger and its clock."""
    rows, known = step_rows(ledger, project), deadlines(ledger, project)
    return View(playbook, rows, known, ledger.clock.now(), zone, lambda gate: GATES[gate](ledger, project)).standings()


def next_instant(of: Sequence[Standing], now: datetime) -> datetime | None:
    """The next instant at which a step becomes due, or None when none is ahead."""
    open_states = (StepState.WAITING, StepState.FAILED)
    return min((one.due_at for one in of if one.due_at and one.due_at > now and one.state in open_states), default=None)


def instant(when: When, known: Mapping[str, Deadline], zone: ZoneInfo) -> datetime | None:
    """The instant of `when`, or None while its deadline is not known.

    `drop-ends` stands for the latest end of the project's drops, which the ledger keeps as `drop-ends.<drop>`.
    """
    named = [one.at for name, one in known.items() if name == when.deadline or name.startswith(f"{when.deadline}.")]
    return days_later(max(named), when.days, zone) if named else None


@dataclass(frozen=True, slots=True)
class View:
    """What the answer follows from; a step without a row has not started. Gates are asked only when all else holds."""

    playbook: Playbook
    rows: Mapping[str, StepRow]
    known: Mapping[str, Deadline]
    now: datetime
    zone: ZoneInfo
    refusal: Refusal

    def standings(self) -> list[Standing]:
        return [self._standing(step) for step in self.playbook.steps]

    def _standing(self, step: Step) -> Standing:
        row = self.rows.get(step.name)
        state = row.state if row else StepState.WAITING
        due_at, late_at = self._dates(step)
        again_at = self._comes_again_at(step)
        if again_at is not None:
            state, due_at, late_at = StepState.WAITING, again_at, days_later(again_at, 1, self.zone)
        if state is StepState.DONE:
            return Standing(step, state, due_at, late_at, ready=False, late=False, waits_for="")
        waits_for = next(self._reasons(step, state, due_at), "")
        late = late_at is not None and self.now >= late_at
        return Standing(step, state, due_at, late_at, ready=not waits_for, late=late, waits_for=waits_for)

    def _dates(self, step: Step) -> tuple[datetime | None, datetime | None]:
        due_at = instant(step.due, self.known, self.zone) if step.due else None
        if step.late is not None:
            return due_at, instant(step.late, self.known, self.zone)
        return due_at, days_later(due_at, 1, self.zone) if due_at else None

    def _comes_again_at(self, step: Step) -> datetime | None:
        row = self.rows.get(step.name)
        if step.repeat is None or row is None or row.state is not StepState.DONE or row.ended_at is None:
            return None
        until = self.rows.get(step.repeat.until)
        if until is not None and until.state in (StepState.RUNNING, StepState.DONE):
            return None
        return days_later(row.ended_at, step.repeat.every_days, self.zone)

    def _reasons(self, step: Step, state: StepState, due_at: datetime | None) -> Iterator[str]:
        row = self.rows.get(step.name)
        if row is not None and state is StepState.RUNNING:
            yield f"It is running since {self._shown(row.started_at)}, started by {row.by}."
        if row is not None and state is StepState.FAILED:
            yield f"It failed ({row.outcome or 'no reason was given'}); settle that, then start it again."
        missing = [name for name in step.after if name not in self.rows or self.rows[name].ended_at is None]
        if missing:
            yield f"It comes after {', '.join(f'“{self.playbook.step(name).title}” ({name})' for name in missing)}."
        if step.due is not None and due_at is None:
            yield f"Its date is not known yet: there is no deadline {step.due.deadline}."
        if due_at is not None and self.now < due_at:
            yield f"It is due at {self._shown(due_at)}."
        for gate in step.gates:
            if words := self.refusal(gate):
                yield f"{'Waits for a person' if step.kind is StepKind.MANUAL else 'Held back'}: {words}."

    def _shown(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z") if at else "an unknown time"
