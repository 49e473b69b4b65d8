"""A quote with hostile names, and a seller's plain figures."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.estimate import Estimate, WorkloadEstimate
from skyflytt.concern.rates import Basis
from skyflytt.project.model import Project
from skyflytt.quote.hours import own_hours
from skyflytt.quote.quote import Quote, quote_of
from tests.concern.given import project

AT = datetime(2026, 8, 10, 7, 0, tzinfo=UTC)
HOSTILE = ("=1+1", "+46 8 123", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "＝1", "a\x00b\x1f", " =1")


def workload(name: str, first: float | None, delta: float | None) -> WorkloadEstimate:
    basis = Basis.OWN_SAMPLE if first is not None else Basis.NOT_MEASURED
    return WorkloadEstimate("mailbox", name, 1_000, 2_500_000_000, first, delta, 10.0, 1e6, 100.0, 20, 100_000, basis)


def estimate(*workloads: WorkloadEstimate, passes: int = 11) -> Estimate:
    first = sum(one.first_pass_hours or 0 for one in workloads)
    delta = sum(one.delta_pass_hours or 0 for one in workloads)
    unmeasured = tuple(one.label for one in workloads if one.first_pass_hours is None)
    total, until = first + (passes - 1) * delta, datetime(2026, 10, 31, 23, tzinfo=UTC)
    items, size = sum(one.items for one in workloads), sum(one.size_bytes for one in workloads)
    return Estimate(workloads, items, size, first, delta, passes, total, until, unmeasured)


def concerns() -> list[Concern]:
    hostile = [Concern("mail.empty-mailbox", Category.WARNING, name, f"={name}") for name in HOSTILE]
    return [Concern("mail.encrypted", Category.WARNING, "mailbox anna", "2 of 20."), *hostile]


def quote(of: Project | None = None, currency: str | None = None) -> Quote:
    workloads = [workload(name, 1.5, 0.25) for name in HOSTILE] + [workload("okänd", None, None)]
    return quote_of(of or project(), AT, estimate(*workloads), concerns(), own_hours(), currency=currency)
