"""The automations of `catalogue/`, one YAML file each, as Prefect wants them.

A file has `description`, `runbook` (a page of docs/runbooks), `trigger` and `actions` as in Prefect's own schema, and instead of an
action, where somebody is to be told, a `notice` with `subject` and `body` (Prefect's templates). Its name is the file's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import yaml
from prefect.events.actions import ActionTypes, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger
from pydantic import BaseModel, ConfigDict, Field

CATALOGUE = Path(__file__).parent / "catalogue"
PREFIX = "skyflytt-"
TAG = "skyflytt-as-code"
"""On every automation that this project has made, and on no other."""


class Notice(BaseModel):
    """What a person is told, in the words of Prefect's templates."""

    model_config = ConfigDict(extra="forbid")
    subject: str
    body: str


class KnownTrigger(EventTrigger, extra="forbid"):
    """Prefect's own ignores a key that it does not know."""

    type: Literal["event"]


class Described(BaseModel):
    """One file of the catalogue."""

    model_config = ConfigDict(extra="forbid")
    name: str
    description: str
    runbook: str
    trigger: KnownTrigger
    actions: list[Annotated[ActionTypes, Field(discriminator="type")]] = []
    notice: Notice | None = None


def catalogue(folder: Path = CATALOGUE) -> list[Described]:
    """Every automation of the folder, by name. Raises pydantic's ValidationError for one that is not as it should be."""
    return [read(path) for path in sorted(folder.glob("*.yaml"))]


def read(path: Path) -> Described:
    given: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Described(name=PREFIX + path.stem, **given)


def as_prefect_has_it(one: Described, runbook: str, on_call: UUID | None) -> AutomationCore:
    """`runbook` is the page's address; `on_call` the block that tells somebody, None where nobody is told."""
    return AutomationCore(
        name=one.name,
        description=f"{one.description} Runbook: {runbook}. From deployments/automations; switch it off here, change it there.",
        tags=[TAG],
        trigger=EventTrigger(**one.trigger.model_dump()),
        actions=[*one.actions, *_notices(one.notice, runbook, on_call)],
    )


def _notices(notice: Notice | None, runbook: str, on_call: UUID | None) -> Iterable[ActionTypes]:
    if notice is None:
        return
    if on_call is None:
        yield DoNothing()
        return
    body = f"{notice.body}\nWhat to do: {runbook}"
    yield SendNotification(block_document_id=on_call, subject=notice.subject, body=body)
