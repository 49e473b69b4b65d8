"""One run of a phase: runs its steps, keeps what they came to, and ends in an explicit state that says what happened."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Completed, Failed
from prefect.tasks import Task
from pydantic import TypeAdapter

from blocks import MigrationProject
from flows.last_life import end_last_life
from flows.options import DRY_RUN, SIDE_BY_SIDE, tagged
from flows.spread import spread_out
from flows.titles import titled
from flows.works import work_of
from skyflytt.errors.base import Failure
from skyflytt.ledger import journal
from skyflytt.ledger.passes import Account
from skyflytt.phase import said
from skyflytt.phase.failed import failed_items, reasons
from skyflytt.phase.last_run import ENDED, TRIED, note_begun
from skyflytt.phase.said import Reason, told
from skyflytt.phase.timeline import Timeline
from skyflytt.playbook.steps import fail_step, finish_step, start_step
from skyflytt.report.write import keep_report
from tasks.progress import timed
from tasks.run_artifacts import show_failures, show_report, show_summary, show_timeline

ACTOR = "skyflytt"
Given = ParamSpec("Given")


@dataclass(slots=True)
class PhaseRun:
    """What a run of a phase has come to so far. A dry run settles no step of the playbook, and is nobody's last run."""

    project: MigrationProject
    phase: str
    dry_run: bool = False
    accounts: list[Account] = field(default_factory=list)
    failures: dict[str, BaseException] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    held: str = ""
    reasons: list[Reason] = field(default_factory=list)
    """Why items failed in its accounts, known when it has come to its end."""
    timeline: Timeline = field(default_factory=Timeline)
    _turns: Counter[str] = field(default_factory=Counter)

    def each(self, step: Task[..., Any], names: Iterable[str], *arguments: Any) -> dict[str, Any]:
        """Run a task for each name side by side; the results of those that succeeded. One that fails does not stop the others.

        Where the project is spread, the names are dealt out to runs of their own, over all workers of the pool.
        """
        results = {}
        for name, result in self._ended(step, list(names), *arguments).items():
            if isinstance(result, BaseException):
                self.failures[f"{step.name} {name}"] = result
                continue
            results[name] = result
            if isinstance(result, Account):
                self.accounts.append(result)
        return results

    def _ended(self, step: Task[..., Any], names: list[str], *arguments: Any) -> dict[str, Any]:
        work = work_of(step) if self.project.spread else None
        if work is not None and names:
            self._turns[work] += 1
            return spread_out(self.project, work, names, self._turns[work])
        futures = {name: step.submit(self.project, name, *arguments) for name in names}
        return {name: future.result(raise_on_failure=False) for name, future in futures.items()}

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
            return Failed(message=self._marked(said.failed(self.failures, said.sums(self.accounts, self.reasons))))
        if self.held:
            return Completed(name="Held", message=self._marked(self.held))
        return Completed(message=self._marked(self.message()))

    def message(self) -> str:
        """`412 moved (23 now), 3 skipped, 1 failed: mailbox full at anna. The notes follow`."""
        sums = said.sums(self.accounts, self.reasons)
        return ". ".join([*([sums] if sums else []), *self.notes]) or "done"

    def _marked(self, words: str) -> str:
        return f"{DRY_RUN.capitalize()}, nothing was changed: {words}" if self.dry_run else words


@contextmanager
def phase_run(project: MigrationProject, phase: str, step: str | None, *, dry_run: bool = False) -> Iterator[PhaseRun]:
    """Run a phase; at its end the summary is an artifact, the journal has its line, and the playbook's `step` is settled."""
    run = PhaseRun(project, phase, dry_run)
    if not dry_run:
        _begin(run, step)
    try:
        with timed(run.timeline):
            yield run
    except Failure as failure:
        run.failures[phase] = failure
    for finish in (_explain, _summarise, _settle):
        try:
            finish(run, step)
        except Failure as failure:
            run.failures.setdefault(phase, failure)


def explicit_end(body: Callable[Given, State[Any]]) -> Callable[Given, State[Any]]:
    """A flow's body that says what failed outside its steps in the same words: Failed, never an exception that got out.

    Its form has titles: the function's name is the flow's.
    """

    @wraps(body)
    def ended(*given: Given.args, **named: Given.kwargs) -> State[Any]:
        try:
            with tagged():
                end_last_life()
                return body(*given, **named)
        except Failure as failure:
            context = FlowRunContext.get()
            if context is not None and context.flow is not None:
                name = context.flow.name
                show_failures((context.parameters or {})["project"].name, name, {name: failure})
            return Failed(message=said.cut(told(failure)))

    # Prefect would look the names of the annotations up in this module.
    asked = signature(body, eval_str=True)
    ended.__signature__ = titled(body.__name__.replace("_", "-"), asked)  # type: ignore[attr-defined]
    return ended


def _begin(run: PhaseRun, step: str | None) -> None:
    with run.project.open() as migration:
        note_begun(migration, run.phase, run_id(), _options(), by=ACTOR)
        if step:
            start_step(migration.ledger, migration.name, step, by=ACTOR, again=True)


def run_id() -> str:
    """Prefect's id of this run; nothing outside of one."""
    context = FlowRunContext.get()
    return str(context.flow_run.id) if context and context.flow_run else ""


def _options() -> dict[str, Any]:
    """The run's parameters but its project, as JSON has them. No flow takes a secret as a parameter."""
    context = FlowRunContext.get()
    given = context.parameters or {} if context else {}
    told = {name: value for name, value in given.items() if name != "project" and value is not None}
    plain: dict[str, Any] = json.loads(TypeAdapter(dict[str, Any]).dump_json(told))
    return plain


def _explain(run: PhaseRun, _step: str | None) -> None:
    """Which items failed, and why: read once, when everything has come to its end."""
    rows: list[dict[str, str]] = []
    if any(account.failed for account in run.accounts):
        with run.project.open() as migration:
            run.reasons = reasons(migration.ledger, run.accounts)
            rows = failed_items(migration.ledger, run.accounts)
    show_failures(run.project.name, run.phase, run.failures, rows)


def _summarise(run: PhaseRun, _step: str | None) -> None:
    notes = [*run.notes, *([run.held] if run.held else [])]
    message = run.state().message or ""
    show_summary(run.project.name, run.phase, run.accounts, run.failures, notes=notes, message=message)
    show_timeline(run.project.name, run.phase, run.timeline)
    if run.project.report_url:
        show_report(run.project.name, run.project.report_url)


def _settle(run: PhaseRun, step: str | None) -> None:
    with run.project.open() as migration:
        data = {
            "moved": sum(account.moved for account in run.accounts),
            "moved_now": sum(account.moved_now for account in run.accounts),
            "skipped": sum(account.skipped for account in run.accounts),
            "failed": sum(account.failed for account in run.accounts),
            "failures": sorted(error.code for error in run.failures.values() if isinstance(error, Failure)),
            "held": bool(run.held),
            "run": run_id(),
            "failed_steps": sorted(run.failures),
            "failed_items": sorted({one.workload.label for one in run.accounts if one.failed}),
        }
        ledger, name = migration.ledger, migration.name
        action = (TRIED if run.dry_run else ENDED).format(phase=run.phase)
        journal.append(ledger, name, actor=ACTOR, action=action, subject=name, data=data)
        if step and not run.dry_run and (run.failures or run.held):
            fail_step(ledger, name, step, by=ACTOR, outcome=run.state().message or "")
        elif step and not run.dry_run:
            finish_step(ledger, name, step, by=ACTOR, outcome=run.message())
        if words := keep_report(migration):
            run.notes.append(words)
