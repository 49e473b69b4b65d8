"""Drive the exit from notice to erasure: advance, let people decide, let things happen, move the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from blocks import MigrationProject
from deployments.demo.events import EVENTS, Event
from deployments.demo.people import act, do
from deployments.demo.place import DemoPlace
from deployments.demo.show import Show
from deployments.demo.stop import Stop
from flows.advance import Where, advance
from flows.start_step import start_here
from skyflytt.errors.base import NeedsPerson
from skyflytt.ledger import journal
from skyflytt.phase.migration import Migration
from skyflytt.playbook.due import Standing, next_instant, what_is_due
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.playbook.steps import StepState, step_rows
from skyflytt.sandbox.state import Sandbox


class ExitStopped(NeedsPerson):
    """The exit stopped at the step {item}: {detail}"""

    code = "demo.stopped"
    advice = "The run history names the item, the reason and what to do. `make demo` goes on from here."


@dataclass(frozen=True, slots=True)
class Exit:
    """One customer's exit in the demo."""

    place: DemoPlace
    sandbox: Sandbox
    project: MigrationProject
    migration: Migration
    show: Show
    stop: Stop

    def run(self) -> None:
        """To the end of the playbook, from wherever the last demo stopped. Raises `ExitStopped` when a step fails."""
        self._again_what_failed()
        while True:
            self.stop.heed()
            self._advance()
            self.stop.heed()
            standings = _standings(self.migration)
            if all(standing.state is StepState.DONE for standing in standings):
                return
            if self._people_act(standings):
                continue
            if not self._move_on(standings):
                waiting = next(one for one in standings if one.state is not StepState.DONE)
                raise ExitStopped(waiting.step.id, waiting.waits_for)

    def _again_what_failed(self) -> None:
        """A step that failed because the demo was killed or its servers were away is tried once more."""
        rows = step_rows(self.migration.ledger, self.migration.name)
        failed = [one.step for one in _standings(self.migration) if one.state is StepState.FAILED] if rows else []
        for step in failed:
            if step.kind is StepKind.FLOW:
                start_here(self.project, step)

    def _advance(self) -> None:
        before, asked = self._outcomes(), len(self._verified())
        state = advance(project=self.project, where=Where.HERE, return_state=True)
        outcomes = self._outcomes()
        for name, (step_state, ended_at, outcome) in outcomes.items():
            if before.get(name) != (step_state, ended_at, outcome):
                self.show.step(name, step_state, outcome)
            if step_state is StepState.FAILED:
                raise ExitStopped(name, outcome)
        for told in self._verified()[asked:]:
            self.show.asked(told)
        if state.is_failed():
            raise ExitStopped("advance", state.message or "")
        for name, (step_state, _, _) in outcomes.items():
            if step_state is StepState.RUNNING:
                raise ExitStopped(name, "its run ended before its outcome was in the ledger")

    def _verified(self) -> list[str]:
        """What the name servers said each time that they were asked, as the journal has it."""
        entries = journal.entries(self.migration.ledger, self.migration.name)
        told = [entry.data["answers"] for entry in entries if entry.action == "dns-verified"]
        return [", ".join(f"{count} {answer.replace('.', ': ')}" for answer, count in one.items()) for one in told]

    def _outcomes(self) -> dict[str, tuple[StepState, datetime | None, str]]:
        rows = step_rows(self.migration.ledger, self.migration.name)
        return {name: (row.state, row.ended_at, row.outcome or "") for name, row in rows.items()}

    def _people_act(self, standings: list[Standing]) -> bool:
        acted = False
        for standing in standings:
            if standing.step.kind is StepKind.MANUAL and standing.waits_for.startswith("Waits for a person"):
                for said in act(self.migration, standing.step.id):
                    self.show.decision(said)
                    acted = True
            elif standing.step.kind is StepKind.MANUAL and standing.ready and not standing.step.settles_itself:
                self.show.decision(do(self.migration, standing.step))
                acted = True
        return acted

    def _move_on(self, standings: list[Standing]) -> bool:
        """Move the clock to what comes next: something that happens, or a step's date. False when nothing is ahead."""
        clock = self.place.clock
        due = next_instant(standings, clock.now())
        events = [event for event in self._ahead() if due is None or event.at <= due]
        for event in events:
            self._happens(event)
        if events:
            return True
        if due is None:
            return False
        clock.move_to(due)
        self.show.hour(due)
        return True

    def _happens(self, event: Event) -> None:
        self.stop.heed()
        clock = self.place.clock
        if event.at > clock.now():
            clock.move_to(event.at)
            self.show.hour(event.at)
        self.show.event(event.tell, event.happen(self.sandbox, self.migration))
        self.place.note_happened(event.name)

    def _ahead(self) -> Iterator[Event]:
        happened = self.place.happened()
        return (event for event in EVENTS if event.name not in happened)


def _standings(migration: Migration) -> list[Standing]:
    playbook = load_playbook(migration.project.playbook or "")
    project = migration.project
    return what_is_due(migration.ledger, migration.name, playbook, project.zone, project.business)
