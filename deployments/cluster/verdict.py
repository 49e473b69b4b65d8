"""What a trial came to: does everything add up, was the work spread, is the history complete, and what did the killings cost?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deployments.cluster.history import History
from deployments.cluster.mail_count import Compared
from deployments.cluster.trial import Death
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account, last_account
from skyflytt.ledger.workloads import workloads

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was looked at. `whole` is what the exit status says."""

    mailboxes: int
    seconds: float
    passes: list[str]
    accounts: list[Account]
    compared: list[Compared]
    history: History
    deaths: list[Death]
    kills_asked: int

    @property
    def reconciled(self) -> bool:
        """In the ledger, of every mailbox, and with the same number in the ledger as lies at the target."""
        at_target = {one.mailbox: one.target for one in self.compared}
        return len(self.accounts) == self.mailboxes and all(
            one.source == one.moved + one.skipped + one.failed
            and one.failed == 0
            and one.moved == at_target.get(one.workload.name)
            for one in self.accounts
        )

    @property
    def nothing_lost_or_doubled(self) -> bool:
        return len(self.compared) == self.mailboxes and all(one.lost == one.doubled == 0 for one in self.compared)

    @property
    def spread(self) -> bool:
        """More than one worker had a part in it, where there was more than one to have."""
        return len(self.history.by_worker.keys() - {"none"}) > 1

    @property
    def all_killed_and_back(self) -> bool:
        killed_and_back = [one for one in self.deaths if one.back_s is not None]
        return len(killed_and_back) == self.kills_asked

    @property
    def whole(self) -> bool:
        return (
            self.reconciled
            and self.nothing_lost_or_doubled
            and self.spread
            and self.history.complete
            and self.all_killed_and_back
        )


def accounts_of(ledger: Ledger, project: str) -> list[Account]:
    """The newest account of each mailbox that has one."""
    found = [one for one in workloads(ledger, project) if one.kind == "mailbox"]
    return [account for one in found if (account := last_account(ledger, one)) is not None]


def show(verdict: Verdict, console: Console) -> None:
    """The table at the end."""
    table = Table(title=f"{verdict.mailboxes} mailboxes in {verdict.seconds:.0f} s", title_justify="left")
    for column in ("question", "answer", "what was seen"):
        table.add_column(column, overflow="fold")
    for question, holds, seen in _lines(verdict):
        table.add_row(question, "[green]yes[/]" if holds else "[red]NO[/]", seen)
    console.print(table)
    if verdict.deaths:
        console.print(_deaths(verdict.deaths))


def write(verdict: Verdict, path: Path) -> None:
    """All of it as JSON."""
    history = verdict.history
    said = {
        "whole": verdict.whole,
        **{question: holds for question, holds, _ in _lines(verdict)},
        "mailboxes": verdict.mailboxes,
        "seconds": verdict.seconds,
        "passes": verdict.passes,
        "items": sum(one.source for one in verdict.compared),
        "flow_runs": dict(history.flow_runs),
        "task_runs": dict(history.task_runs),
        "by_worker": dict(history.by_worker),
        "begun_again": history.begun_again,
        "missing": [*history.unended, *history.without],
        "killed": [asdict(one) for one in verdict.deaths],
    }
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")


def _lines(verdict: Verdict) -> list[tuple[str, bool, str]]:
    accounts, compared, history = verdict.accounts, verdict.compared, verdict.history
    source, moved, skipped, failed = (
        sum(getattr(one, part) for one in accounts) for part in ("source", "moved", "skipped", "failed")
    )
    sums = f"source {source} = {moved} moved + {skipped} skipped + {failed} failed, in {len(accounts)} mailboxes"
    counted = f"{sum(one.source for one in compared)} letters at the source, {sum(one.target for one in compared)} at the target"
    wrong = [one for one in compared if one.lost or one.doubled]
    shares = ", ".join(f"{name} {count}" for name, count in sorted(history.by_worker.items()))
    runs = ", ".join(f"{count} {name}" for name, count in history.task_runs.most_common())
    flows = ", ".join(f"{count} {name}" for name, count in history.flow_runs.most_common())
    killed = ", ".join(one.kind for one in verdict.deaths) or "none"
    return [
        ("reconciled", verdict.reconciled, f"{sums}; passes: {', '.join(verdict.passes)}"),
        ("nothing lost or doubled", verdict.nothing_lost_or_doubled, counted + _few([one.mailbox for one in wrong])),
        ("spread over workers", verdict.spread, f"runs by worker: {shares}; begun again: {history.begun_again}"),
        (
            "history complete",
            history.complete,
            f"flow runs: {flows}; task runs: {runs}" + _few([*history.unended, *history.without]),
        ),
        ("all that was killed is back", verdict.all_killed_and_back, f"killed: {killed} of {verdict.kills_asked}"),
    ]


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"; NOT: {', '.join(names[:SHOWN])}{more}" if names else ""


def _deaths(deaths: Sequence[Death]) -> Table:
    table = Table(title="What the killings cost", title_justify="left")
    for column in ("killed", "after", "mailboxes done", "processes", "back after", "next mailbox done after"):
        table.add_column(column)
    for one in deaths:
        table.add_row(
            one.part if one.kind in one.part else f"{one.part} ({one.kind})",
            f"{one.at_s:.0f} s",
            str(one.ended_before),
            str(one.processes),
            f"{one.back_s:.0f} s" if one.back_s is not None else "never",
            f"{one.standstill_s:.0f} s" if one.standstill_s is not None else "never",
        )
    return table
