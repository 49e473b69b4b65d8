"""The answer of `skyflytt deadline`: one or two columns of deadlines, where they conflict, and who decided which hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from skyflytt.deadline.business import BusinessHours, business_hours_of
from skyflytt.deadline.calendar_file import calendar_file
from skyflytt.deadline.data_act import switching_charges
from skyflytt.deadline.local_time import read_instant, require_ahead
from skyflytt.deadline.regimes import both_regimes
from skyflytt.deadline.rule import Counting, Rule, period_ends
from skyflytt.deadline.shown import shown
from skyflytt.deadline.terms import NOTICE_ENDS, NOTICE_GIVEN, RETRIEVAL_ENDS, Deadline
from skyflytt.errors.deadline import RuleUnknown
from skyflytt.project.contract import Contract, NoticeInDays, NoticeInMonths
from skyflytt.project.load import load_project

NOTICES = (Counting.STARTED_MONTHS, Counting.ROLLING_MONTHS, Counting.DAYS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know of one date. `regime` None: only the period's end."""

    date: str
    rule: Rule
    zone: ZoneInfo
    country: str | None
    regime: str | None
    retrieval_days: int | None = None
    erasure_days: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """`columns` by their heading; `plan` is the column that holds."""

    name: str
    title: str
    zone: ZoneInfo
    columns: Mapping[str, tuple[Deadline, ...]]
    plan: tuple[Deadline, ...]
    conflicts: tuple[str, ...] = ()
    decided: str = ""
    charges: str = ""


def of_period(asked: Asked, now: datetime, *, ahead: bool = False) -> Answer:
    """When a period ends. Raises the failures of dates and rules, and with `ahead` `DatePast` for a start that is over."""
    business = business_hours_of(asked.zone, asked.country)
    start = read_instant(asked.date, asked.zone)
    if ahead:
        require_ahead(start, now, "The date")
    if asked.regime is not None:
        answer = _of_contract(
            _contract(asked, start.date()), asked.zone, business, name=str(asked.rule), regime=asked.regime
        )
        return answer if asked.retrieval_days is not None else _of_notice_alone(answer)
    ends = period_ends(asked.rule, start, asked.zone, business)
    why = f"{asked.rule} from {asked.date}"
    found = [Deadline("ends", ends[0], why)]
    if ends[0] != ends[1]:
        found = [Deadline("ends-earliest", ends[0], why), Deadline("ends-latest", ends[1], why)]
    title = f"{asked.date} + {asked.rule}, {asked.zone.key}"
    return Answer(f"{asked.date} {asked.rule}", title, asked.zone, {"ends": tuple(found)}, tuple(found))


def of_project(file: Path) -> Answer:
    """All deadlines of a project file's contract, by both regimes. Raises `ProjectFileInvalid`."""
    project = load_project(file)
    regime = project.contract.regime.follow if project.contract.regime else "contract"
    return _of_contract(
        project.contract, project.zone, project.business, name=project.project, regime=regime, decided=True
    )


def with_ledger(answer: Answer, kept: tuple[Deadline, ...]) -> Answer:
    """The answer with one more column: every deadline that the project's ledger has. It counts before what the file says now."""
    plan = {one.name: one for one in (*answer.plan, *kept)}
    ordered = tuple(sorted(plan.values(), key=lambda one: one.at))
    return replace(answer, columns={**answer.columns, "ledger": kept}, plan=ordered) if kept else answer


def _of_contract(
    contract: Contract, zone: ZoneInfo, business: BusinessHours, *, name: str, regime: str, decided: bool = False
) -> Answer:
    both = both_regimes(contract, zone, business)
    columns = {"contract": both.contract, "EU Data Act": both.data_act}
    plan = both.data_act if regime == "data-act" else both.contract
    ends = {one.name: one.at for one in both.data_act}[RETRIEVAL_ENDS].astimezone(zone).date()
    charges = f"Switching charges under the Data Act: {switching_charges(contract.notice_given)} at the notice"
    if switching_charges(ends) != switching_charges(contract.notice_given):
        charges += ", none from 2027-01-12"
    title = f"{name}: notice on {contract.notice_given}, {zone.key}"
    said = both.decided if decided else ""
    return Answer(name, title, zone, columns, plan, both.conflicts, said, f"{charges}.")


def _of_notice_alone(answer: Answer) -> Answer:
    """Of a contract whose days of retrieval nobody has told, only the notice is known."""
    contract = tuple(one for one in answer.columns["contract"] if one.name in (NOTICE_GIVEN, NOTICE_ENDS))
    plan = contract if answer.plan == answer.columns["contract"] else answer.plan
    about_notice = tuple(one for one in answer.conflicts if one.startswith("the notice"))
    return replace(answer, columns={**answer.columns, "contract": contract}, plan=plan, conflicts=about_notice)


def _contract(asked: Asked, given: date) -> Contract:
    rule = asked.rule
    if rule.counting not in NOTICES or rule.least != rule.most:
        raise RuleUnknown(repr(str(rule)), f"a contract's notice is one of {', '.join(NOTICES)}, with one number")
    if rule.least > (1830 if rule.counting is Counting.DAYS else 60):
        raise RuleUnknown(repr(str(rule)), "no contract's notice is longer than five years")
    if rule.counting is Counting.DAYS:
        notice: NoticeInDays | NoticeInMonths = NoticeInDays(rule="days", days=rule.least)
    else:
        started = rule.counting is Counting.STARTED_MONTHS
        notice = NoticeInMonths(rule="started-months" if started else "rolling-months", months=rule.least)
    return Contract(
        provider="the provider",
        notice_given=given,
        notice=notice,
        retrieval_days=asked.retrieval_days or 0,
        erasure_days=asked.erasure_days,
    )


def as_calendar(answer: Answer, now: datetime) -> bytes:
    """The deadlines that hold, as a calendar file."""
    return calendar_file(answer.name, answer.plan, answer.zone, now)


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it; instants with their offset in the zone."""
    return {
        "asked": answer.title,
        "zone": answer.zone.key,
        "columns": {heading: [_one(one, answer.zone) for one in column] for heading, column in answer.columns.items()},
        "plan": {one.name: one.at.astimezone(answer.zone).isoformat() for one in answer.plan},
        "conflicts": list(answer.conflicts),
        "decided": answer.decided,
        "charges": answer.charges,
    }


def _one(one: Deadline, zone: ZoneInfo) -> dict[str, str]:
    at = one.at.astimezone(zone).isoformat()
    return {"name": one.name, "at": at, "shown": shown(one, zone), "why": one.why}
