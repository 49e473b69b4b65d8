"""What a person has to see before saying what became of a manual step: Markdown, to stand above a form."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.phase.about_decision import numbers
from skyflytt.phase.migration import Migration
from skyflytt.playbook.due import Standing
from skyflytt.playbook.model import DECISIONS, Step
from skyflytt.playbook.perform import Course
from skyflytt.playbook.steps import StepState

STATES = {
    StepState.WAITING: "It has not been begun.",
    StepState.RUNNING: "It is under way.",
    StepState.DONE: "It is done already.",
    StepState.FAILED: "It was rejected, or failed.",
}


def about_step(migration: Migration, course: Course, name: str) -> str:
    """The step in the customer's language: what is to be done, by whom, until when, what it has to leave. Raises `StepUnknown`."""
    step, language = course.step(name), migration.project.customer.language
    standing = course.view().standing(step)
    parts = [
        f"### {migration.name}: {step.title.said(language)}",
        step.description.said(language),
        "\n".join(f"- {line}" for line in _lines(migration, step, standing)),
    ]
    if any(gate.partition(":")[0] in DECISIONS for gate in step.gates):
        parts += numbers(migration)
    return "\n\n".join(parts)


def _lines(migration: Migration, step: Step, standing: Standing) -> Iterator[str]:
    zone = migration.project.zone
    yield f"Owner: {step.owner}. {STATES[standing.state]}" + (f" {standing.waits_for}" if standing.waits_for else "")
    if standing.due_at:
        late = f", late from {standing.late_at.astimezone(zone):%Y-%m-%d %H:%M} on" if standing.late_at else ""
        yield f"Due {standing.due_at.astimezone(zone):%Y-%m-%d %H:%M}{late}" + (": it is LATE" if standing.late else "")
    if step.evidence:
        yield f"It has to leave: {', '.join(step.evidence)}"
    for one in step.amounts:
        most = one.at_most_of if one.at_most_of else one.at_most
        bounds = [f"at least {one.at_least:g}"] if one.at_least is not None else []
        bounds += [f"at most {most}"] if most is not None else []
        yield f"{one.name}: {', '.join(bounds) or 'a number'}"
    if step.choose:
        yield f"Answer with one of: {', '.join(step.choose)}"
    if step.asks:
        yield f"Say the time that becomes the deadline {step.asks.deadline}"
    yield f"How it is undone: {step.undo}"
