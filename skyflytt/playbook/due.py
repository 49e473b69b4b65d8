"""What of a playbook may run now, what is late, and what each of the others waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline.business import BusinessHours, business_hours_of
from skyflytt.deadline.notice import after_months, days_later, start_of_day
from skyflytt.deadline.rule import period_ends
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import Deadline
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.gates import ask
from skyflytt.playbook.model import Playbook, Step, StepKind, When, Window
from skyflytt.playbook.steps import StepRow, StepState, step_rows

Refusal = Callable[[str], str | None]
"""A gate as the playbook writes it: None when it holds, else what is missing."""
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands now.

    `ready`: it may be started (flow), may be done by its person (manual), or is done by itself (wait). `due_at` and `late_at` are
    None where the playbook sets none, or where their beginning is not known yet. `waits_for` is a sentence, empty when it is ready
    or done. A step that another answer was given for does not apply, and counts as done.
    """

    step: Step
    state: StepState
    due_at: datetime | None
    late_at: datetime | None
    ready: bool
    late: bool
    waits_for: str
    applies: bool = True


def what_is_due(
    ledger: Ledger, project: str, playbook: Playbook, zone: ZoneInfo, business: BusinessHours | None = None
) -> list[Standing]:
    """Every step of the playbook as it stands now, from the ledger and its clock. `business` counts windows and business days."""
    return view_of(ledger, project, playbook, business or business_hours_of(zone)).standings()


def view_of(ledger: Ledger, project: str, playbook: Playbook, business: BusinessHours) -> View:
    rows, known = step_rows(ledger, project), deadlines(ledger, project)
    return View(playbook, rows, known, ledger.clock.now(), business, lambda gate: ask(gate, ledger, project))


def next_instant(of: Sequence[Standing], now: datetime) -> datetime | None:
    """The next instant at which a step becomes due, or None when none is ahead."""
    open_states = (StepState.WAITING, StepState.FAILED)
    return min((one.due_at for one in of if one.due_at and one.due_at > now and one.state in open_states), default=None)


@dataclass(frozen=True, slots=True)
class View:
    """What the answer follows from; a step without a row has not started. Gates are asked only when all else holds."""

    playbook: Playbook
    rows: Mapping[str, StepRow]
    known: Mapping[str, Deadline]
    now: datetime
    business: BusinessHours
    refusal: Refusal

    def standings(self) -> list[Standing]:
        return [self.standing(step) for step in self.playbook.steps]

    def standing(self, step: Step) -> Standing:
        row = self.rows.get(step.id)
        state = row.state if row else StepState.WAITING
        due_at, late_at = self._dates(step)
        if not self.applies(step):
            return Standing(step, StepState.DONE, due_at, late_at, ready=False, late=False, waits_for="", applies=False)
        again_at = self._comes_again_at(step)
        if again_at is not None:
            state, due_at, late_at = StepState.WAITING, again_at, days_later(again_at, 1, self.business.zone)
        if state is StepState.DONE:
            return Standing(step, state, due_at, late_at, ready=False, late=False, waits_for="")
        waits_for = next(self._reasons(step, state, due_at), "")
        late = late_at is not None and self.now >= late_at
        return Standing(step, state, due_at, late_at, ready=not waits_for, late=late, waits_for=waits_for)

    def applies(self, step: Step) -> bool:
        """False once the choice that it hangs on was answered otherwise."""
        if step.only_if is None:
            return True
        chosen = self.rows.get(step.only_if.step)
        if not self.applies(self.playbook.step(step.only_if.step)):
            return False
        return chosen is None or chosen.ended_at is None or chosen.evidence.get(ANSWER) == step.only_if.answer

    def missing(self, step: Step) -> list[Step]:
        """The steps before it that are not done."""
        return [one for one in map(self.playbook.step, step.needs) if not self._is_over(one)]

    def obstacles(self, step: Step, due_at: datetime | None) -> Iterator[str]:
        """What keeps it from being done now, whatever its state: steps before it, its date, its window, its gates."""
        if missing := self.missing(step):
            words = ", ".join(f"“{one.title.en}” ({one.id}, owner: {one.owner})" for one in missing)
            yield f"It comes after {words}."
        if step.due is not None and due_at is None:
            yield f"Its date is not known yet: there is no {_beginning(step.due)}."
        if due_at is not None and self.now < due_at:
            yield f"It is due at {self._shown(due_at)}."
        if step.window is not None and (closed := self._closed(step.window)):
            yield closed
        for gate in step.gates:
            if held := self.refusal(gate):
                yield f"{'Waits for a person' if step.kind is StepKind.MANUAL else 'Held back'}: {held}."

    def instant(self, when: When) -> tuple[datetime, datetime] | None:
        """The instant of `when`, first and last of its period, or None while its beginning is not known."""
        begins = self._begins(when)
        if begins is None:
            return None
        moved = days_later(begins, when.days, self.business.zone)
        return period_ends(when.period, moved, self.business.zone, self.business) if when.period else (moved, moved)

    def _is_over(self, step: Step) -> bool:
        row = self.rows.get(step.id)
        return (row is not None and row.ended_at is not None) or not self.applies(step)

    def _begins(self, when: When) -> datetime | None:
        """`drop-ends` stands for the latest end of the project's drops, which the ledger keeps as `drop-ends.<drop>`."""
        if when.step is not None:
            row = self.rows.get(when.step)
            return row.ended_at if row else None
        named = [
            one.at for name, one in self.known.items() if name == when.deadline or name.startswith(f"{when.deadline}.")
        ]
        return max(named, default=None)

    def _dates(self, step: Step) -> tuple[datetime | None, datetime | None]:
        due = self.instant(step.due) if step.due else None
        if step.late is not None:
            late = self.instant(step.late)
            return due[0] if due else None, late[1] if late else None
        if due is None:
            return None, None
        return due[0], due[1] if due[0] < due[1] else days_later(due[0], 1, self.business.zone)

    def _comes_again_at(self, step: Step) -> datetime | None:
        row = self.rows.get(step.id)
        if step.repeat is None or row is None or row.state is not StepState.DONE or row.ended_at is None:
            return None
        until = self.rows.get(step.repeat.until)
        if until is not None and until.state in (StepState.RUNNING, StepState.DONE):
            return None
        if step.repeat.every_days:
            return days_later(row.ended_at, step.repeat.every_days, self.business.zone)
        ended = row.ended_at.astimezone(self.business.zone).date()
        again = self.business.first_from(after_months(ended, step.repeat.every_months, to_the_end=False))
        return start_of_day(again, self.business.zone)

    def _reasons(self, step: Step, state: StepState, due_at: datetime | None) -> Iterator[str]:
        row = self.rows.get(step.id)
        if row is not None and state is StepState.RUNNING:
            yield f"It is running since {self._shown(row.started_at)}, started by {row.by}."
        if row is not None and state is StepState.FAILED:
            settle = (
                "settle that, then it can be done"
                if step.kind is StepKind.MANUAL
                else "settle that, then start it again"
            )
            yield f"It failed ({row.outcome or 'no reason was given'}); {settle}."
        yield from self.obstacles(step, due_at)

    def _closed(self, window: Window) -> str:
        """Why the window is not open now, empty when it is."""
        if window.begins is not None:
            begins = self._begins(When(deadline=window.begins))
            if begins is None:
                return f"Its window is not agreed on yet: there is no deadline {window.begins}."
            ends = begins + timedelta(hours=window.hours)
            return (
                "" if begins <= self.now < ends else f"Its window is from {self._shown(begins)} to {self._shown(ends)}."
            )
        ends = self.now + timedelta(hours=window.hours)
        return (
            ""
            if fits(window, self.now, ends, self.business)
            else f"Its window is {window.hours} hours {_hours(window)}."
        )

    def _shown(self, at: datetime | None) -> str:
        return at.astimezone(self.business.zone).strftime("%Y-%m-%d %H:%M %Z") if at else "an unknown time"


def fits(window: Window, begins: datetime, ends: datetime, business: BusinessHours) -> bool:
    """Whether the hours from `begins` to `ends` lie where the window says."""
    if window.within == "business-hours":
        return business.contain(begins, ends)
    return not business.touch(begins, ends)


def _hours(window: Window) -> str:
    return "within business hours" if window.within == "business-hours" else "outside of business hours"


def _beginning(when: When) -> str:
    return f"deadline {when.deadline}" if when.deadline else f"end of {when.step}"
