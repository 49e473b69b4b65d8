"""A playbook: the ordered steps of an exit, as data. Written as YAML in `catalogue/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Phase = Literal["discovery", "export", "drop", "delta", "rehearsal", "cutover", "decommission", "aftercare"]
Owner = Literal["team", "owner", "administrator", "approver"]
NameText = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class StepKind(StrEnum):
    AUTOMATIC = "automatic"
    """A flow does it."""
    MANUAL = "manual"
    """A person does it, or decides it; the ledger gets the name."""
    WAITING = "waiting"
    """Done by itself as soon as it is due and its gates hold."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Part):
    """An instant: a deadline of the project, and calendar days after it (before it when negative)."""

    deadline: NameText
    days: int = 0


class Repeat(_Part):
    """The step comes again so many days after it ended, until another step is done."""

    every_days: int = Field(ge=1)
    until: NameText


class Step(_Part):
    """One line of a playbook.

    It may run when every step in `after` is done, `due` is reached and each gate holds; it is late from `late` on (without one,
    a day after `due`). `owner` is the role of the contacts who do it, or are told when it is late.
    """

    name: NameText
    title: str
    phase: Phase
    kind: StepKind
    flow: str | None = None
    parameters: Mapping[str, str] = Field(default={}, description="What the flow is told beyond project and step.")
    after: tuple[NameText, ...] = ()
    due: When | None = None
    late: When | None = None
    owner: Owner
    gates: tuple[NameText, ...] = ()
    repeat: Repeat | None = None
    description: str

    @model_validator(mode="after")
    def flow_goes_with_automatic(self) -> Self:
        if (self.kind is StepKind.AUTOMATIC) != (self.flow is not None):
            raise ValueError(f"step {self.name}: `flow` is for automatic steps, and each of them needs one")
        return self


class Playbook(_Part):
    """The steps in the order in which they are read; each comes after those that it names in `after`."""

    name: NameText
    title: str
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def names_are_known(self) -> Self:
        problems = list(_problems(self.steps))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def step(self, name: str) -> Step:
        """Raises KeyError when there is none of this name."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


def _problems(steps: tuple[Step, ...]) -> Iterator[str]:
    everything = {step.name for step in steps}
    before: set[str] = set()
    for step in steps:
        if step.name in before:
            yield f"step {step.name}: there are two of this name"
        for name in step.after:
            if name not in before:
                yield f"step {step.name}: `after` names {name}, which is not among the steps before it"
        if step.repeat and step.repeat.until not in everything:
            yield f"step {step.name}: `until` names {step.repeat.until}, and there is no such step"
        before.add(step.name)
