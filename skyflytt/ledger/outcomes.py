"""What became of one mailbox or share in a run of its own, kept for the run that waits for it, on whatever machine that is.

A row stands from the end of the work until the waiting run has read it: a waiting run that is killed and started again finds what was
done meanwhile, and one that has read everything leaves nothing behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from skyflytt.errors.base import Failure
from skyflytt.errors.catalogue import failures
from skyflytt.errors.spread import Defect
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import outcome


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a run waits for: one of its tasks, at every name of it. `turn` counts how often the run has come to that task."""

    project: str
    run: str
    task: str
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: `result` is JSON text; `failure` stands alone."""

    result: str | None = None
    failure: Failure | None = None


def keep_outcome(ledger: Ledger, awaited: Awaited, name: str, result: str | None, error: BaseException | None) -> None:
    """Write it in place of an earlier one. An error that is no `Failure` is kept as `Defect`, with its type and words."""
    told = None if error is None else _as_text(_as_failure(name, error))
    values = {"project": awaited.project, "run": awaited.run, "task": awaited.task, "turn": awaited.turn, "name": name}
    with ledger.writing() as connection:
        connection.execute(delete(outcome).where(_of(awaited), outcome.c.name == name))
        kept = None if told else result or "null"
        connection.execute(insert(outcome).values(**values, result=kept, failure=told, at=ledger.clock.now()))


def outcomes(ledger: Ledger, awaited: Awaited) -> dict[str, Outcome]:
    """What there is so far, by name."""
    rows = select(outcome.c.name, outcome.c.result, outcome.c.failure).where(_of(awaited))
    with ledger.reading() as connection:
        found = list(connection.execute(rows))
    return {row.name: Outcome(row.result, _as_read(row.failure) if row.failure else None) for row in found}


def forget_outcomes(ledger: Ledger, awaited: Awaited) -> None:
    """They are read."""
    with ledger.writing() as connection:
        connection.execute(delete(outcome).where(_of(awaited)))


def forget_older(ledger: Ledger, project: str, than: datetime) -> None:
    """Of runs that were killed and never started again."""
    with ledger.writing() as connection:
        connection.execute(delete(outcome).where(outcome.c.project == project, outcome.c.at < than))


def _of(awaited: Awaited) -> ColumnElement[bool]:
    return (
        (outcome.c.project == awaited.project)
        & (outcome.c.run == awaited.run)
        & (outcome.c.task == awaited.task)
        & (outcome.c.turn == awaited.turn)
    )


def _as_failure(name: str, error: BaseException) -> Failure:
    known = isinstance(error, Failure) and error.code
    return error if known and isinstance(error, Failure) else Defect(name, f"{type(error).__name__}: {error}")


def _as_text(failure: Failure) -> str:
    told: dict[str, Any] = {"code": failure.code, "item": failure.item, "detail": failure.detail}
    return json.dumps({**told, "retry_after_s": failure.retry_after_s}, ensure_ascii=False)


def _as_read(text: str) -> Failure:
    """The failure with the sentence, code and advice that it had over there."""
    told = json.loads(text)
    kind = _known().get(told["code"])
    if kind is None:
        return Defect(told["item"], f"{told['code']}: {told['detail']}")
    # Some are made from other things than their item and words.
    failure = kind.__new__(kind)
    Failure.__init__(failure, told["item"], told["detail"], retry_after_s=told["retry_after_s"])
    return failure


@cache
def _known() -> dict[str, type[Failure]]:
    """Found by looking through the whole package."""
    return {one.code: one for one in failures()}
