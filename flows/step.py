"""Flow `step`: a person says what became of a manual step, from the run's parameters or from the form of the paused run."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field

from blocks import MigrationProject
from flows.asked import asked, prefilled
from flows.options import phase_options
from flows.phase_run import ACTOR, explicit_end
from skyflytt.deadline.local_time import read_instant
from skyflytt.phase.about_step import about_step
from skyflytt.phase.course import course_of
from skyflytt.phase.migration import Migration
from skyflytt.playbook.perform import Said, approve_step, complete, reject, settle
from tasks.artifact_key import artifact_key


class StepAct(StrEnum):
    """What a person does with a step."""

    DONE = "it is done"
    REJECT = "it is rejected"
    APPROVE = "what it left is approved"


class StepForm(RunInput):
    """Who did what, and what is left of it."""

    act: StepAct = Field(default=StepAct.DONE, title="What became of it")
    full_name: str = Field(title="Your full name", description="It stands in the evidence.", min_length=1)
    evidence: dict[str, str] = Field(default={}, title="Evidence", description="By name, as the step asks for it.")
    answer: str = Field(default="", title="Answer", description="Where the step is a choice.")
    at: str = Field(default="", title="Time", description="Where the step asks for one, such as 2026-08-11T09:00.")
    comment: str = Field(default="", title="Remark", description="A rejection needs its reason.")


@flow(**phase_options("step"))
@explicit_end
def step(
    project: MigrationProject,
    step: str,
    *,
    full_name: str = "",
    act: StepAct = StepAct.DONE,
    evidence: dict[str, str] | None = None,
    answer: str = "",
    at: str = "",
    comment: str = "",
) -> State[Any]:
    """Record what a person did with a manual step, and when. Refused, with the missing step and its owner, before its turn.

    Args:
        project: The customer's move.
        step: The id of the step; the playbook's table of the last `advance` has it.
        full_name: The person's full name; empty to be asked in the run.
        act: Done, rejected, or its evidence approved.
        evidence: What it left, by name.
        answer: What is chosen, where the step is a choice.
        at: The time that the step asks for, in the project's zone.
        comment: A remark; a rejection needs its reason.
    """
    said = StepForm(act=act, full_name=full_name or "-", evidence=evidence or {}, answer=answer, at=at, comment=comment)
    if not full_name:
        said = _asked(project, step)
    with project.open() as migration:
        words = _record(migration, step, said)
    create_markdown_artifact(words, key=artifact_key(project.name, "step"), description=f"{step}: {said.act}")
    return Completed(message=words)


def _asked(project: MigrationProject, name: str) -> StepForm:
    """The answer of the form in the paused run, which says what the step is and what it has to leave."""
    with project.open() as migration:
        course = course_of(migration, by=ACTOR)
        above, wanted = about_step(migration, course, name), dict.fromkeys(course.step(name).evidence, "")
    return asked(prefilled(StepForm, above, evidence=wanted), name)


def _record(migration: Migration, name: str, said: StepForm) -> str:
    course = course_of(migration, by=ACTOR)
    settle(course, by=ACTOR)
    if said.act is StepAct.APPROVE:
        new = approve_step(course, name, said.full_name)
        return f"{said.full_name} approved {name}." if new else f"{said.full_name} had approved {name}; it counts once."
    if said.act is StepAct.REJECT:
        reject(course, name, by=said.full_name, comment=said.comment)
        return f"{said.full_name} rejected {name}: {said.comment}"
    at = read_instant(said.at, migration.project.zone) if said.at else None
    new = complete(course, name, Said(said.full_name, said.evidence, said.comment, at, said.answer))
    return f"{said.full_name} did {name}." if new else f"{name} was done already."
