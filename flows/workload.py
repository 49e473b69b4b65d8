"""Flow `workload`: one task of a phase at one mailbox or share, or at several small ones, wherever a worker is free."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.states import Cancelled
from prefect.task_runners import ThreadPoolTaskRunner

from blocks import MigrationProject
from flows.children import is_cancelled, run_name, taken_by_others
from flows.hands import OwnHands
from flows.last_word import say_last_word
from flows.options import SIDE_BY_SIDE
from flows.phase_run import PhaseRun, explicit_end
from flows.spread import keeping
from flows.works import Work, task_of
from skyflytt.ledger.outcomes import Awaited, outcomes
from skyflytt.ledger.passes import Account
from skyflytt.phase.failed import reasons


def _run_name() -> str:
    context = FlowRunContext.get()
    if context is None or not context.parameters:
        return "workload"
    project, work, names = (context.parameters[one] for one in ("project", "work", "names"))
    return run_name(project.name, Work(work), names or ["nothing"])


@flow(
    name="workload",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=SIDE_BY_SIDE),  # type: ignore[arg-type]
    persist_result=False,
    on_completion=[say_last_word],
    on_failure=[say_last_word],
)
@explicit_end
def workload(
    project: MigrationProject,
    work: Work,
    names: list[str],
    *,
    parent: str | None = None,
    turn: int = 1,
    side_by_side: int = 0,
) -> State[Any]:
    """Do one task at the named mailboxes or shares. Phases start it by themselves when their project is spread over the workers.

    Args:
        project: The customer's move.
        work: What is done to each.
        names: The mailboxes or shares.
        parent: Id of the run that waits for it; empty when started by hand.
        turn: How often the waiting run has come to this task.
        side_by_side: How many work at the same servers, in all runs together; 0 for those of this run.
    """
    if parent and is_cancelled(parent):
        return Cancelled(message="The run that started it was cancelled.")
    run = PhaseRun(project, work.value)
    beside = side_by_side or min(len(names), SIDE_BY_SIDE) or 1
    with project.open() as migration:
        awaited = Awaited(project.name, parent or "", work.value, turn)
        keep_for_parent = keeping(migration, work, awaited)

        def keep(name: str, result: object, error: BaseException | None) -> None:
            if parent:
                keep_for_parent(name, result, error)
            if error is not None:
                run.failures[f"{task_of(work).name} {name}"] = error
            elif isinstance(result, Account):
                run.accounts.append(result)

        # It may have been begun before, and lost.
        done = {*outcomes(migration.ledger, awaited), *_taken(parent, names)} if parent else set()
        hands = OwnHands(project, work, beside, keep)
        hands.begin(tuple(name for name in names if name not in done))
        hands.finish()
        run.reasons = reasons(migration.ledger, run.accounts)
    return run.state()


def _taken(parent: str, names: list[str]) -> set[str]:
    context = FlowRunContext.get()
    own = context.flow_run if context else None
    return taken_by_others(own, parent, names) if isinstance(own, FlowRun) else set()
