"""What people do with a step: done, rejected, approved. What comes out of its order is refused, and the refusal is journalled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from skyflytt.deadline.business import BusinessHours
from skyflytt.deadline.local_time import require_ahead
from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import set_deadline_in
from skyflytt.deadline.terms import Deadline
from skyflytt.errors.base import Failure
from skyflytt.errors.deadline import DateMissing, DateTooSoon, WindowMissed
from skyflytt.errors.playbook import (
    AnswerUnknown,
    ApproverMissing,
    EvidenceMissing,
    StepByFlow,
    StepOutOfOrder,
    StepUnknown,
)
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.amounts import require_amounts
from skyflytt.playbook.approvals import approve, step_of
from skyflytt.playbook.due import ANSWER, View, fits, view_of
from skyflytt.playbook.model import Asks, Playbook, Step, StepKind, left_by
from skyflytt.playbook.steps import StepState, end_in, ensure_steps, finish_step, get_in, step_rows


@dataclass(frozen=True, slots=True)
class Course:
    """A project on its way through a playbook."""

    ledger: Ledger
    project: str
    playbook: Playbook
    business: BusinessHours

    def view(self) -> View:
        return view_of(self.ledger, self.project, self.playbook, self.business)

    def step(self, name: str) -> Step:
        """Raises `StepUnknown`."""
        try:
            return self.playbook.step(name)
        except KeyError:
            raise StepUnknown(
                name, f"{self.playbook.id} has {', '.join(one.id for one in self.playbook.steps)}"
            ) from None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a step: its evidence by name, a remark, the time it was asked for, the answer it chose."""

    by: str
    evidence: Mapping[str, str]
    comment: str = ""
    at: datetime | None = None
    answer: str = ""

    @property
    def left(self) -> dict[str, str]:
        """What is kept with the step."""
        at = {"at": self.at.isoformat()} if self.at else {}
        answer = {ANSWER: self.answer} if self.answer else {}
        return {**{name: value for name, value in self.evidence.items() if value.strip()}, **at, **answer}


def complete(course: Course, name: str, said: Said) -> bool:
    """A person has done the step; False when it was done already.

    Raises `StepUnknown`, `ApproverMissing`, `StepByFlow`, `StepOutOfOrder`, `EvidenceMissing`, `AnswerUnknown`, `DateMissing`,
    `DatePast`, `WindowMissed`; each refusal is in the journal.
    """
    step = course.step(name)
    _require_person(name, said.by)
    ensure_steps(course.ledger, course.project, course.playbook, by=said.by)
    standing = course.view().standing(step)
    if standing.state is StepState.DONE and standing.applies:
        return False
    try:
        _require(course, step, said)
    except Failure as refused:
        _note_refusal(course, step, said.by, refused)
        raise
    with course.ledger.writing() as connection:
        row = get_in(connection, course.project, name)
        if step.asks is not None and said.at is not None:
            _keep_time(connection, course, step, step.asks, said)
        end_in(
            connection, course.ledger, course.project, row,
            state=StepState.DONE, by=said.by, outcome=said.comment, evidence=said.left,
        )  # fmt: skip
    return True


def settle(course: Course, *, by: str) -> list[str]:
    """Finish the waits and the decisions whose conditions hold now; their ids."""
    settled: list[str] = []
    while found := [one.step.id for one in course.view().standings() if one.ready and one.step.settles_itself]:
        for name in found:
            finish_step(course.ledger, course.project, name, by=by, outcome="its conditions hold")
        settled += found
    return settled


def reject(course: Course, name: str, *, by: str, comment: str) -> bool:
    """A person says no: the step failed, with the reason; False when it had failed already. It can be done later.

    Raises as `complete` does where its turn has not come; a rejection needs a reason.
    """
    step = course.step(name)
    _require_person(name, by)
    if not comment.strip():
        raise EvidenceMissing(name, "a rejection needs its reason")
    ensure_steps(course.ledger, course.project, course.playbook, by=by)
    try:
        _require_turn(course, step)
    except Failure as refused:
        _note_refusal(course, step, by, refused)
        raise
    with course.ledger.writing() as connection:
        row = get_in(connection, course.project, name)
        if row.state in (StepState.FAILED, StepState.DONE):
            return False
        words = f"{by} rejected it: {comment}"
        end_in(connection, course.ledger, course.project, row, state=StepState.FAILED, by=by, outcome=words)
        journal.append_in(connection, course.ledger, course.project, actor=by, action="step-rejected", subject=name)
    return True


def approve_step(course: Course, name: str, by: str) -> bool:
    """A person approves what the step left, exactly as it is now; False when this person had done so already.

    Raises `StepOutOfOrder` while the step is not done, `ApproverMissing`.
    """
    step = course.step(name)
    row = step_rows(course.ledger, course.project).get(step.id)
    if row is None or row.state is not StepState.DONE:
        refused = StepOutOfOrder(name, f"it is not done, so there is nothing to approve; its owner is {step.owner}")
        _note_refusal(course, step, by, refused)
        raise refused
    return approve(course.ledger, course.project, step_of(name, left_by(name, row.evidence)), by)


def redo(course: Course, name: str, *, by: str, comment: str) -> bool:
    """Take a manual step up again, such as to leave something else; approvals of what it left before are void then.

    False when it is not done. What comes after it and is done stays done.
    """
    step = course.step(name)
    _require_person(name, by)
    if step.kind is not StepKind.MANUAL:
        raise StepByFlow(name, f"its kind is {step.kind}")
    with course.ledger.writing() as connection:
        row = get_in(connection, course.project, name)
        if row.state is not StepState.DONE:
            return False
        words = f"{by} takes it up again: {comment}"
        end_in(
            connection, course.ledger, course.project, row, state=StepState.FAILED, by=by, outcome=words, evidence={}
        )
    return True


def _require(course: Course, step: Step, said: Said) -> None:
    _require_turn(course, step)
    if missing := [name for name in step.evidence if not said.evidence.get(name, "").strip()]:
        raise EvidenceMissing(step.id, f"it has to leave {', '.join(missing)}")
    if unknown := [name for name in said.evidence if name not in step.evidence]:
        raise EvidenceMissing(step.id, f"it leaves {_list(step.evidence)}, and no {', '.join(unknown)}")
    before = {
        name: value for row in step_rows(course.ledger, course.project).values() for name, value in row.evidence.items()
    }
    require_amounts(step, said.evidence, before, course.ledger.clock.now().astimezone(course.business.zone).date())
    if step.choose and said.answer not in step.choose:
        raise AnswerUnknown(step.id, f"choose one of {', '.join(step.choose)}")
    if step.asks is not None:
        _require_time(course, step, step.asks, said.at)


def _require_turn(course: Course, step: Step) -> None:
    """Its turn has come: it is a person's, it applies, and nothing before it is missing."""
    view = course.view()
    if step.kind is not StepKind.MANUAL:
        does = f"the flow {step.flow} does it" if step.flow else "it is done by itself when its conditions hold"
        raise StepByFlow(step.id, does)
    if not view.applies(step) and step.only_if is not None:
        raise StepOutOfOrder(step.id, f"it does not apply: {step.only_if.step} was answered otherwise")
    due_at = view.standing(step).due_at
    if words := next(view.obstacles(step, due_at), ""):
        raise StepOutOfOrder(step.id, words.removesuffix("."))


def _require_time(course: Course, step: Step, asks: Asks, at: datetime | None) -> None:
    if at is None:
        raise DateMissing(f"The step {step.id}", f"it asks for the time of {asks.deadline}")
    local = at.astimezone(course.business.zone)
    now = course.ledger.clock.now()
    if not asks.past:
        require_ahead(local, now, f"The time of {asks.deadline}")
    if asks.ahead_days and local < (first := days_later(now, asks.ahead_days, course.business.zone)):
        raise DateTooSoon(
            f"{local:%Y-%m-%d %H:%M}",
            f"{asks.deadline} is told {asks.ahead_days} days before, not before {first:%Y-%m-%d}",
        )
    window = asks.window
    if window is not None and not fits(window, local, local + timedelta(hours=window.hours), course.business):
        hours = f"{course.business.opens:%H:%M} to {course.business.closes:%H:%M}"
        where = window.within.replace("-", " ")
        raise WindowMissed(f"{local:%Y-%m-%d %H:%M}", f"it takes {window.hours} hours, {where} only ({hours})")


def _keep_time(connection: Connection, course: Course, step: Step, asks: Asks, said: Said) -> None:
    if said.at is not None:
        why = f"{said.by} said so with the step {step.id}."
        one = Deadline(asks.deadline, said.at, why)
        set_deadline_in(connection, course.ledger, course.project, one, by=said.by)


def _note_refusal(course: Course, step: Step, by: str, refused: Failure) -> None:
    missing = {one.id: one.owner for one in course.view().missing(step)}
    data = {"code": refused.code, "missing": missing}
    ledger, project = course.ledger, course.project
    journal.append(ledger, project, actor=by, action="step-refused", subject=step.id, data=data)


def _require_person(name: str, by: str) -> None:
    if not by.strip():
        raise ApproverMissing(name)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "no evidence"
