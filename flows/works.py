"""What can be done to one mailbox or share by a run of its own, and what such a run hands back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from inspect import signature
from typing import Any

from prefect.tasks import Task
from pydantic import TypeAdapter

from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.ledger.passes import Account


class Work(StrEnum):
    """One task at one mailbox or share after another. Only these: what deletes, opens or changes records at one place is done by the one
    run that was approved.
    """

    COUNT_MAILBOX = "count mailbox"
    COUNT_SHARE = "count share"
    ARCHIVE_MAILBOX = "archive mailbox"
    EXPORT_MAILBOX = "export mailbox"
    MOVE_MAILBOX = "move mailbox"
    MOVE_SHARE = "move share"
    CHECK_MAILBOX = "check mailbox"


HANDED_BACK: Mapping[Work, TypeAdapter[Any]] = {
    Work.COUNT_MAILBOX: TypeAdapter(MailboxFacts),
    Work.COUNT_SHARE: TypeAdapter(ShareFacts),
    Work.ARCHIVE_MAILBOX: TypeAdapter(Account),
    Work.EXPORT_MAILBOX: TypeAdapter(int),
    Work.MOVE_MAILBOX: TypeAdapter(Account),
    Work.MOVE_SHARE: TypeAdapter(Account),
}
"""Results that the phase reads; of the others it needs to know that they succeeded."""


def task_of(work: Work) -> Task[..., Any]:
    """The task of that name, imported now: a run is a process of its own that has one work, and the seven take a second to import."""
    name = work.value.replace(" ", "_")
    task: Task[..., Any] = getattr(import_module(f"tasks.{name}"), name)
    return task


def work_of(task: Task[..., Any]) -> Work | None:
    """None for a task that stays in its phase's own run."""
    return next((work for work in Work if work.value.replace(" ", "_") == task.name), None)


def as_text(work: Work, result: object) -> str | None:
    """The result as JSON, or None where nobody reads it."""
    return HANDED_BACK[work].dump_json(result).decode() if work in HANDED_BACK else None


def as_result(work: Work, text: str | None) -> object:
    """What `as_text` made a text of."""
    return HANDED_BACK[work].validate_json(text) if work in HANDED_BACK and text else None


def shares_connections(work: Work) -> bool:
    """Whether the task wants to know how many work beside it at the same server."""
    return "side_by_side" in signature(task_of(work).fn).parameters
