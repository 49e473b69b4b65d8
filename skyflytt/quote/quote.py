"""A quote as data: lines of work, risks and workloads, each with its hours; the sheet and the CSV only show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from skyflytt.concern.concern import Concern
from skyflytt.concern.estimate import Estimate
from skyflytt.concern.registry import check
from skyflytt.project.model import Project
from skyflytt.quote.hours import Hours, Per


@dataclass(frozen=True, slots=True)
class Line:
    """`hours_each` are a person's, for each of `count`; `phase` and `per` are keys of `words`."""

    phase: str
    per: Per
    count: float
    hours_each: float

    @property
    def hours(self) -> float:
        return self.count * self.hours_each


@dataclass(frozen=True, slots=True)
class Risk:
    """A concern and the hours that are planned for it, if the seller plans any."""

    category: str
    id: str
    title: str
    subject: str
    found: str
    hours: float


@dataclass(frozen=True, slots=True)
class Quote:
    """Everything that the sheet shows. `at` is the hour of the discovery; `machine_hours` are those of all passes until the cutover."""

    project: Project
    at: datetime
    estimate: Estimate
    lines: tuple[Line, ...]
    risks: tuple[Risk, ...]
    currency: str
    hourly_rate: float
    contingency_percent: float

    @property
    def machine_hours(self) -> float:
        return self.estimate.total_hours

    @property
    def hours(self) -> float:
        """A person's hours, with the risks and the contingency."""
        planned = sum(line.hours for line in self.lines) + sum(risk.hours for risk in self.risks)
        return planned * (1 + self.contingency_percent / 100)

    @property
    def price(self) -> float:
        return self.hours * self.hourly_rate


def quote_of(
    project: Project,
    at: datetime,
    estimate: Estimate,
    concerns: Sequence[Concern],
    hours: Hours,
    *,
    currency: str | None = None,
) -> Quote:
    """A quote in `currency`, else in the project's, else in that of its offices' country."""
    chosen = currency or project.offices.currency or hours.currency_in(project.business.country)
    counts = _counts(project, estimate)
    return Quote(
        project,
        at,
        estimate,
        tuple(Line(one.phase, one.per, counts[one.per], one.hours) for one in hours.lines),
        tuple(_risks(concerns, hours)),
        chosen,
        hours.rate_in(chosen),
        hours.contingency_percent,
    )


def _counts(project: Project, estimate: Estimate) -> dict[Per, float]:
    return {
        "project": 1,
        "mailbox": len(project.mailboxes),
        "share": len(project.shares),
        "application": len(project.applications),
        "domain": len(project.domains),
        "device": len(project.devices),
        "drop": len(project.drops),
        "directory": len(project.directories),
        "pass-hour": estimate.total_hours,
    }


def _risks(concerns: Sequence[Concern], hours: Hours) -> Iterator[Risk]:
    for one in concerns:
        category = one.category.value
        yield Risk(category, one.id, _title(one.id), one.subject, one.found, hours.of_concern(one.id, category))


def _title(identifier: str) -> str:
    """A discovery of an older version may name a check that is no more."""
    try:
        return check(identifier).title
    except LookupError:
        return identifier
