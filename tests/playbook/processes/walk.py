"""A project that walks through a playbook in a test: people do their steps, flows end, the clock moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.shown import shown
from skyflytt.deadline.table import deadlines
from skyflytt.errors.base import Failure
from skyflytt.ledger.journal import Entry, entries
from skyflytt.playbook.due import Standing
from skyflytt.playbook.model import StepKind
from skyflytt.playbook.perform import Course, Said, approve_step, complete, settle
from skyflytt.playbook.steps import StepState, finish_step, start_step

PROJECT = "norrsken"


@dataclass
class Walk:
    course: Course
    clock: MovableClock

    def at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.course.business.zone)

    def move(self, text: str) -> None:
        """Move the clock, and let done by itself what is due by then."""
        self.clock.move_to(self.at(text))
        self.settle()

    def standings(self) -> dict[str, Standing]:
        return {one.step.id: one for one in self.course.view().standings()}

    def ready(self) -> list[str]:
        return [name for name, one in self.standings().items() if one.ready]

    def left(self) -> list[str]:
        """What is not done."""
        return [name for name, one in self.standings().items() if one.state is not StepState.DONE]

    def waits_for(self, name: str) -> str:
        return self.standings()[name].waits_for

    def settle(self) -> None:
        """As `advance` does: finish the waits and decisions whose conditions hold."""
        settle(self.course, by="skyflytt")

    def flow(self, *names: str) -> None:
        """The flows of these steps run and end well; each has to be ready."""
        for name in names:
            assert name in self.ready(), self.waits_for(name)
            assert self.course.playbook.step(name).kind is StepKind.FLOW
            start_step(self.course.ledger, PROJECT, name, by="skyflytt", again=True)
            finish_step(self.course.ledger, PROJECT, name, by="skyflytt", outcome="done")
        self.settle()

    def do(self, *names: str, at: str = "", answer: str = "", by: str = "Anna Åström", **evidence: str) -> None:
        """People do these steps; evidence that is not given is `1`, which also passes for a number."""
        for name in names:
            step = self.course.playbook.step(name)
            given = {one: evidence.get(one.replace("-", "_"), "1") for one in step.evidence}
            chosen = answer or (step.choose[0] if step.choose else "")
            time = self.at(at) if at else None
            assert complete(self.course, name, Said(by, given, at=time, answer=chosen if step.choose else ""))
        self.settle()

    def refused(
        self, name: str, failure: type[Failure], words: str, *, at: str = "", answer: str = "", **evidence: str
    ) -> None:
        """The same call is refused, with these words, and the journal has it."""
        before = len(self.journal("step-refused"))
        with pytest.raises(failure) as raised:
            self.do(name, at=at, answer=answer, **evidence)
        assert words in raised.value.sentence
        told = self.journal("step-refused")
        assert len(told) == before + 1
        assert (told[-1].subject, told[-1].data["code"]) == (name, failure.code)

    def approve(self, name: str, by: str) -> bool:
        given = approve_step(self.course, name, by)
        self.settle()
        return given

    def journal(self, action: str) -> list[Entry]:
        return [entry for entry in entries(self.course.ledger, PROJECT) if entry.action == action]

    def dates(self) -> dict[str, str]:
        """Every deadline, as it is told."""
        found = deadlines(self.course.ledger, PROJECT)
        return {name: shown(one, self.course.business.zone) for name, one in found.items()}
