"""Spread one task of a phase over the workers of the pool: runs of their own for its mailboxes or shares, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.states import Running
from sqlalchemy.exc import OperationalError

from blocks import MigrationProject
from flows.children import Children, cancel_started_by, is_cancelled
from flows.hands import Keep, OwnHands
from flows.options import SIDE_BY_SIDE, tags_of
from flows.works import Work, as_result, as_text
from skyflytt.errors.ledger import LedgerBusy
from skyflytt.ledger.outcomes import (
    Awaited,
    Outcome,
    forget_older,
    forget_outcomes,
    keep_outcome,
    outcomes,
)
from skyflytt.ledger.weights import amounts
from skyflytt.phase.batches import PER_WORKER, batches
from skyflytt.phase.gathering import WAITS, Gathering, PoolAway
from skyflytt.phase.migration import Migration
from tasks.progress import Report, reporting

KEPT = timedelta(days=7)


def spread_out(project: MigrationProject, work: Work, names: Sequence[str], turn: int) -> dict[str, Any]:
    """Each name's result, or its failure, as if the task had run here. It may be killed at any moment and run again."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None or not names:
        raise RuntimeError("only a run can be waited in")
    awaited = Awaited(project.name, str(context.flow_run.id), work.value, turn)
    with project.open() as migration, reporting(project.name, work.value, "all") as report:
        side_by_side = min(len(names), SIDE_BY_SIDE * PER_WORKER)
        tags = tags_of(project.name, context.flow.name) if context.flow else [project.name]
        pool = Children(project, work, awaited, side_by_side, tags)
        pool.side_by_side = min(len(names), side_by_side * max(1, pool.workers()))
        gathering = Gathering(
            names,
            pool,
            OwnHands(project, work, pool.side_by_side, keeping(migration, work, awaited)),
            partial(_outcomes, migration, awaited),
            partial(_dealt, migration, work),
            partial(_tell, context.flow_run.id, report),
            report,
        )
        with _cancelling(context.flow_run.id):
            ended = gathering.run()
        forget_outcomes(migration.ledger, awaited)
        forget_older(migration.ledger, project.name, migration.clock.now() - KEPT)
    return {name: one.failure or as_result(work, one.result) for name, one in ended.items()}


@contextmanager
def _cancelling(run: UUID) -> Iterator[None]:
    """What this run has started is cancelled with it at once: the hook comes later, and where its worker is gone, not at all."""
    try:
        yield
    except BaseException:
        if is_cancelled(str(run)):
            cancel_started_by(run)
        raise


def keeping(migration: Migration, work: Work, awaited: Awaited) -> Keep:
    """Keeps what became of a name for whoever waits for it."""

    def keep(name: str, result: object, error: BaseException | None) -> None:
        keep_outcome(migration.ledger, awaited, name, None if error else as_text(work, result), error)

    return keep


def _outcomes(migration: Migration, awaited: Awaited) -> Mapping[str, Outcome]:
    try:
        return outcomes(migration.ledger, awaited)
    except (OperationalError, LedgerBusy) as error:
        raise PoolAway(f"the ledger: {error}") from error


def _dealt(migration: Migration, work: Work, names: Sequence[str], workers: int) -> list[tuple[str, ...]]:
    return batches(names, _weight(migration, work), workers)


def _weight(migration: Migration, work: Work) -> Callable[[str], float]:
    """Roughly how long a name takes, by what its last pass met; one that nothing is known of counts as little."""
    known = amounts(migration.ledger, migration.name, "share" if work.value.endswith("share") else "mailbox")

    def weight(name: str) -> float:
        amount = known.get(name)
        return 1.0 if amount is None else 1.0 + amount.items / 1_000 + amount.size_bytes / 100_000_000

    return weight


def _tell(run: UUID, report: Report, sentence: str) -> None:
    """In the run's log and beside its progress; that it waits, in its state too, where people look first."""
    report.tell(sentence)
    if not sentence.startswith(WAITS):
        return
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run).state
        # Not over a state that somebody else has set: it may be cancelled just now.
        if state is not None and state.is_running():
            client.set_flow_run_state(run, Running(message=sentence), force=True)
