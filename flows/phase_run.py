"""One run of a phase: runs its steps, keeps what they came to, and ends in an explicit state that says what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec

from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.tasks import Task

from blocks import MigrationProject
from flows.options import SIDE_BY_SIDE
from skyflytt.errors.base import Failure
from skyflytt.ledger import journal
from skyflytt.ledger.passes import Account
from skyflytt.playbook.steps import fail_step, finish_step, start_step
from tasks.account import account_row
from tasks.artifact_key import artifact_key

ACTOR = "skyflytt"
Given = ParamSpec("Given")


@dataclass(slots=True)
class PhaseRun:
    """What a run of a phase has come to so far."""

    project: MigrationProject
    phase: str
    accounts: list[Account] = field(default_factory=list)
    failures: dict[str, BaseException] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    held: str = ""

    def each(self, step: Task[..., Any], names: Iterable[str], *arguments: Any) -> dict[str, Any]:
        """Run a task for each name side by side; the results of those that succeeded. One that fails does not stop the others."""
        futures = {name: step.submit(self.project, name, *arguments) for name in names}
        results = {}
        for name, future in futures.items():
            result = future.result(raise_on_failure=False)
            if isinstance(result, BaseException):
                self.failures[f"{step.name} {name}"] = result
                continue
            results[name] = result
            if isinstance(result, Account):
                self.accounts.append(result)
        return results

    def each_mailbox(self, step: Task[..., Any], names: Iterable[str], *arguments: Any) -> dict[str, Any]:
        """As `each`, for steps that share the connections of their servers: each is told how many run beside each other."""
        names = list(names)
        return self.each(step, names, *arguments, min(len(names), SIDE_BY_SIDE) or 1)

    def hold(self, why: str) -> None:
        """Say one more reason why somebody has to act before it goes on."""
        self.held = f"{self.held} {why}.".strip() if not why.endswith(".") else f"{self.held} {why}".strip()

    def state(self) -> State[Any]:
        """Failed when a step failed, else Completed; the message is what on-call reads first."""
        if self.failures:
            words = "; ".join(f"{name}: {told(error)}" for name, error in self.failures.items())
            return Failed(message=words)
        if self.held:
            return Completed(name="Held", message=self.held)
        return Completed(message=self.message())

    def message(self) -> str:
        """`412 moved (23 now), 3 skipped, 1 failed`."""
        moved, now, skipped, failed = (
            sum(getattr(account, part) for account in self.accounts)
            for part in ("moved", "moved_now", "skipped", "failed")
        )
        sums = [f"{moved} moved ({now} now), {skipped} skipped, {failed} failed"] if self.accounts else []
        return ". ".join([*sums, *self.notes]) or "done"


@contextmanager
def phase_run(project: MigrationProject, phase: str, step: str | None) -> Iterator[PhaseRun]:
    """Run a phase; at its end the summary is an artifact, the journal has its line, and the playbook's `step` is settled."""
    if step:
        with project.open() as migration:
            start_step(migration.ledger, migration.name, step, by=ACTOR, again=True)
    run = PhaseRun(project, phase)
    try:
        yield run
    except Failure as failure:
        run.failures[phase] = failure
    _summarise(run)
    try:
        _settle(run, step)
    except Failure as failure:
        run.failures.setdefault(phase, failure)


def explicit_end(body: Callable[Given, State[Any]]) -> Callable[Given, State[Any]]:
    """A flow's body that says what failed outside its steps in the same words: Failed, never an exception that got out."""

    @wraps(body)
    def ended(*given: Given.args, **named: Given.kwargs) -> State[Any]:
        try:
            return body(*given, **named)
        except Failure as failure:
            return Failed(message=told(failure))

    # Prefect would look the names of the annotations up in this module.
    ended.__signature__ = signature(body, eval_str=True)  # type: ignore[attr-defined]
    return ended


def told(error: BaseException) -> str:
    """What a failure says to a person: its sentence, its code and what to do; for a defect, its type and words."""
    if isinstance(error, Failure):
        return f"{error.sentence} [{error.code}] {error.advice}"
    return f"{type(error).__name__}: {error}"


def _summarise(run: PhaseRun) -> None:
    rows = [account_row(account) for account in run.accounts]
    rows += [{"workload": name, "failure": told(error)} for name, error in run.failures.items()]
    rows += [{"workload": run.phase, "note": note} for note in [*run.notes, *([run.held] if run.held else [])]]
    key = artifact_key(run.project.name, run.phase, "summary")
    create_table_artifact(rows, key=key, description=f"**{run.project.name} · {run.phase}**: {run.state().message}")


def _settle(run: PhaseRun, step: str | None) -> None:
    with run.project.open() as migration:
        data = {
            "moved": sum(account.moved for account in run.accounts),
            "moved_now": sum(account.moved_now for account in run.accounts),
            "skipped": sum(account.skipped for account in run.accounts),
            "failed": sum(account.failed for account in run.accounts),
            "failures": sorted(error.code for error in run.failures.values() if isinstance(error, Failure)),
            "held": bool(run.held),
        }
        ledger, name = migration.ledger, migration.name
        journal.append(ledger, name, actor=ACTOR, action=f"{run.phase}-run", subject=name, data=data)
        if step and (run.failures or run.held):
            fail_step(ledger, name, step, by=ACTOR, outcome=run.state().message or "")
        elif step:
            finish_step(ledger, name, step, by=ACTOR, outcome=run.message())
