"""A playbook: the steps of an exit, as data. Written as YAML in `catalogue/`; read, and refused with the line, by `load`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from skyflytt.deadline.rule import Rule, parse_rule
from skyflytt.errors.deadline import RuleUnknown

Phase = Literal[
    "agreement", "preparation", "discovery", "export", "drop", "delta", "rehearsal", "training", "cutover", "decommission",
    "aftercare", "operation",
]  # fmt: skip
Language = Literal["en", "sv", "nb", "sr"]
OWNER = r"^(provider|new-provider|customer|administrator|approver|team|team:[a-z0-9]+(-[a-z0-9]+)*)$"
Owner = Annotated[str, Field(pattern=OWNER)]
"""Who does a step: one of the parties, a role of the customer's contacts, or a team by its name (`team:team-leaders`)."""
NameText = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
GateText = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(:[a-z0-9][a-z0-9=-]*)?$", max_length=100)]
Sentence = Annotated[str, Field(min_length=2)]


def check_rule(text: str) -> str:
    try:
        parse_rule(text)
    except RuleUnknown as unknown:
        raise ValueError(unknown.sentence) from unknown
    return text


RuleText = Annotated[str, AfterValidator(check_rule)]


class StepKind(StrEnum):
    FLOW = "flow"
    """A flow does it."""
    MANUAL = "manual"
    """A person does it, or decides it; the ledger gets the name."""
    WAIT = "wait"
    """Done by itself as soon as it is due and its gates hold."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """A text in the four languages of the software."""

    en: Sentence
    sv: Sentence
    nb: Sentence
    sr: Sentence

    def said(self, language: str) -> str:
        return str(getattr(self, language))


class When(_Part):
    """An instant: a deadline of the project, or the end of a step, and what is counted from it.

    `days` are calendar days after it (before it when negative); `rule` is a period from it, such as `weeks:4-6`.
    """

    deadline: NameText | None = None
    step: NameText | None = None
    days: int = 0
    rule: RuleText | None = None

    @model_validator(mode="after")
    def one_beginning(self) -> Self:
        if (self.deadline is None) == (self.step is None):
            raise ValueError("it is counted from one `deadline` or from one `step`")
        return self

    @property
    def period(self) -> Rule | None:
        return parse_rule(self.rule) if self.rule else None


class Repeat(_Part):
    """The step comes again so long after it ended, until another step is done."""

    every_days: int = Field(default=0, ge=0)
    every_months: int = Field(default=0, ge=0)
    until: NameText

    @model_validator(mode="after")
    def one_distance(self) -> Self:
        if bool(self.every_days) == bool(self.every_months):
            raise ValueError("it comes again every so many days, or every so many months")
        return self


class Window(_Part):
    """Hours in which something may be done: so many of them, within business hours or outside of them.

    With `begins` (a deadline that a step before it asked for) they are exactly those from that instant.
    """

    hours: int = Field(ge=1, le=72)
    within: Literal["business-hours", "outside-business-hours"]
    begins: NameText | None = None


class Asks(_Part):
    """Whoever does the step says a time, which becomes a deadline of the project."""

    deadline: NameText
    window: Window | None = Field(default=None, description="The time has to fit into these hours.")
    past: bool = Field(default=False, description="It may be a time that is over, such as when something happened.")
    ahead_days: int = Field(default=0, ge=0, description="It has to be so many days ahead at least.")


class Amount(_Part):
    """What a number among the evidence has to be; where there are several (`0.5, 1`), each of them."""

    name: NameText
    at_least: float | None = None
    at_most: float | None = None
    at_most_of: NameText | None = Field(
        default=None, description="The evidence, of this step or of one before it, that is the most."
    )
    from_day: date | None = Field(default=None, description="It holds from this day on.")


class OnlyIf(_Part):
    """The step is there only where another step was answered so."""

    step: NameText
    answer: NameText


class Step(_Part):
    """One line of a playbook.

    It may run when every step in `needs` is done, `due` is reached, its window is open and each gate holds; it is late from
    `late` on (without one, at the end of `due`'s period, or a day after `due`).
    """

    id: NameText
    title: Words
    description: Words
    phase: Phase
    owner: Owner
    kind: StepKind
    flow: str | None = None
    parameters: Mapping[str, str] = Field(default={}, description="What the flow is told beyond project and step.")
    needs: tuple[NameText, ...] = Field(default=(), description="Steps that come before it; others may run beside it.")
    only_if: OnlyIf | None = None
    due: When | None = None
    late: When | None = None
    takes: RuleText | None = Field(default=None, description="How long it is expected to take, for the plan.")
    window: Window | None = None
    gates: tuple[GateText, ...] = ()
    repeat: Repeat | None = None
    evidence: tuple[NameText, ...] = Field(default=(), description="What it must leave, told when it is done.")
    amounts: tuple[Amount, ...] = ()
    asks: Asks | None = None
    choose: tuple[NameText, ...] = Field(default=(), description="The answers among which whoever does it chooses.")
    undo: Sentence = Field(description="How it is undone.")
    by_hand_for_now: bool = Field(default=False, description="A person does it because no flow does it yet.")

    @model_validator(mode="after")
    def flow_goes_with_its_kind(self) -> Self:
        if (self.kind is StepKind.FLOW) != (self.flow is not None):
            raise ValueError(f"step {self.id}: `flow` is for steps of the kind flow, and each of them needs one")
        if self.kind is not StepKind.MANUAL and (self.evidence or self.asks or self.choose or self.by_hand_for_now):
            raise ValueError(f"step {self.id}: only a person leaves evidence, says a time or chooses")
        if unknown := [one.name for one in self.amounts if one.name not in self.evidence]:
            raise ValueError(f"step {self.id}: `amounts` names {', '.join(unknown)}, which it does not leave")
        if len(self.choose) == 1:
            raise ValueError(f"step {self.id}: there is nothing to choose")
        return self

    @property
    def settles_itself(self) -> bool:
        """Whether it is done as soon as its gates hold: a wait, or a decision that is in the ledger already."""
        if self.kind is StepKind.WAIT:
            return True
        decided = any(gate.partition(":")[0] in DECISIONS for gate in self.gates)
        return self.kind is StepKind.MANUAL and decided and not (self.evidence or self.asks or self.choose)


DECISIONS = ("cutover-approved", "deletion-approved-by-two", "receipt-or-waiver", "domains-approved", "approved",
             "approved-by-two")  # fmt: skip
"""Gates that hold by what people decided; a manual step that has one, and asks for nothing else, is that decision."""


class Playbook(_Part):
    """The steps in the order in which they are read; what comes before what is in their `needs`."""

    id: NameText
    title: Words
    description: Words
    steps: tuple[Step, ...] = Field(min_length=1)

    def step(self, name: str) -> Step:
        """Raises KeyError when there is none of this id."""
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)

    def before(self, name: str) -> set[str]:
        """The ids of all steps that are done when this one may begin."""
        found: set[str] = set()
        waiting = list(self.step(name).needs)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.step(one).needs
        return found


def left_by(step: str, evidence: Mapping[str, str]) -> str:
    """The digest (SHA-256) of what a step left, to which an approval of it is bound."""
    text = json.dumps({"step": step, "evidence": dict(evidence)}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def playbook_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a playbook, for editors. Shared: not to be changed by its readers."""
    schema = Playbook.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Skyflytt playbook"}
