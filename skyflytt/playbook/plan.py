"""The plan of a playbook: when each step begins and ends at the earliest, by the deadlines that are known and the steps before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter

from skyflytt.deadline.business import BusinessHours
from skyflytt.deadline.notice import days_later
from skyflytt.deadline.rule import parse_rule, period_ends
from skyflytt.deadline.terms import Deadline
from skyflytt.playbook.due import ANSWER
from skyflytt.playbook.model import Playbook, Step, When
from skyflytt.playbook.steps import StepRow


@dataclass(frozen=True, slots=True)
class Planned:
    """`begins` and `ends` are the earliest instants, `late` when it is late; `open_date`: what nobody has said yet, or ""."""

    step: Step
    begins: datetime
    ends: datetime
    late: datetime | None
    done: bool
    open_date: str


@dataclass(slots=True)
class _Planner:
    playbook: Playbook
    known: dict[str, datetime]
    rows: Mapping[str, StepRow]
    business: BusinessHours
    first: datetime
    planned: dict[str, Planned]

    def add(self, step: Step) -> None:
        needs = [self.planned[name].ends for name in step.needs if name in self.planned]
        begins, open_date = max([self.first, *needs]), ""
        if step.due is not None:
            due = self.instant(step.due)
            begins = max(begins, due[0]) if due else begins
            open_date = "" if due else f"{step.due.deadline or step.due.step} is not known yet"
        row = self.rows.get(step.id)
        done = row is not None and row.ended_at is not None
        ends = row.ended_at if row is not None and row.ended_at is not None else self._ends(step, begins)
        begins = min(begins, ends)
        if step.asks is not None:
            self.known.setdefault(step.asks.deadline, ends)
        if step.flow == "drop" and not step.parameters:
            self.known.setdefault("drop-ends", days_later(ends, 3, self.business.zone))
        self.planned[step.id] = Planned(step, begins, ends, self._late(step), done, open_date)

    def instant(self, when: When) -> tuple[datetime, datetime] | None:
        begins = self.known.get(when.deadline or "")
        if when.step is not None:
            begins = self.planned[when.step].ends if when.step in self.planned else None
        if begins is None:
            return None
        moved = days_later(begins, when.days, self.business.zone)
        return period_ends(when.period, moved, self.business.zone, self.business) if when.period else (moved, moved)

    def _ends(self, step: Step, begins: datetime) -> datetime:
        if step.takes is None:
            return begins
        return max(begins, period_ends(parse_rule(step.takes), begins, self.business.zone, self.business)[1])

    def _late(self, step: Step) -> datetime | None:
        when = step.late or step.due
        found = self.instant(when) if when else None
        if found is None:
            return None
        return found[1] if step.late or found[0] < found[1] else days_later(found[0], 1, self.business.zone)


def plan_of(
    playbook: Playbook,
    known: Mapping[str, Deadline],
    business: BusinessHours,
    now: datetime,
    rows: Mapping[str, StepRow] | None = None,
    *,
    answers: Mapping[str, str] | None = None,
) -> list[Planned]:
    """Every step that applies, in the playbook's order. `answers` say what is chosen at steps that nobody has answered yet.

    Where a date is said by a step that is still to be done, the step's own earliest date stands for it.
    """
    rows = rows or {}
    chosen = {**(answers or {}), **{name: row.evidence[ANSWER] for name, row in rows.items() if ANSWER in row.evidence}}
    dates: dict[str, datetime] = {}
    for name, one in known.items():
        base = name.partition(".")[0]
        dates[base] = max(one.at, dates.get(base, one.at))
    first = dates.get("notice-given", now)
    planner = _Planner(playbook, dates, rows, business, first, {})
    for name in TopologicalSorter({step.id: step.needs for step in playbook.steps}).static_order():
        if _applies(playbook, playbook.step(name), chosen):
            planner.add(playbook.step(name))
    return [planner.planned[step.id] for step in playbook.steps if step.id in planner.planned]


def _applies(playbook: Playbook, step: Step, chosen: Mapping[str, str]) -> bool:
    if step.only_if is None:
        return True
    if not _applies(playbook, playbook.step(step.only_if.step), chosen):
        return False
    return chosen.get(step.only_if.step, step.only_if.answer) == step.only_if.answer
