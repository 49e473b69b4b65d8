"""How long the passes will take, from rates measured on a sample, and how many there will be until the cutover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from skyflytt.concern.facts import Facts
from skyflytt.concern.measured import RECENT_DAYS, Amount
from skyflytt.concern.rates import Basis, Rate, Rates
from skyflytt.deadline.notice import service_end

WRITING_FACTOR = 2.0
"""Nothing is written during discovery, so writing is taken to last as long as reading."""
DELTA_EVERY = timedelta(days=1)
METHOD = (
    "An estimate: reading was measured on a small sample of each workload, and writing is taken to last as long. Workloads are "
    "counted one after the other; a delta pass is taken to find what a day brought on average over the last "
    f"{RECENT_DAYS} days."
)


@dataclass(frozen=True, slots=True)
class WorkloadEstimate:
    """Hours are None where the rate of payloads was not measured."""

    kind: str
    name: str
    items: int
    size_bytes: int
    first_pass_hours: float | None
    delta_pass_hours: float | None
    items_per_second: float | None
    bytes_per_second: float | None
    listed_per_second: float | None
    sampled: int
    sampled_bytes: int
    basis: Basis

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Totals are over the workloads that were measured; `unmeasured` names the others.

    `passes_until_cutover` is the first pass and one delta pass a day until `cutover_by`, the end of service (at least the last
    one, at the cutover itself); `total_hours` is all of them.
    """

    workloads: tuple[WorkloadEstimate, ...]
    items: int
    size_bytes: int
    first_pass_hours: float
    delta_pass_hours: float
    passes_until_cutover: int
    total_hours: float
    cutover_by: datetime
    unmeasured: tuple[str, ...]
    measured_on_sample: bool = True
    method: str = METHOD


def estimate(facts: Facts, rates: Rates) -> Estimate:
    """The estimate for everything that was counted."""
    workloads = tuple(workload_estimate(amount, rates[amount.label]) for amount in facts.amounts())
    first = sum(one.first_pass_hours or 0.0 for one in workloads)
    delta = sum(one.delta_pass_hours or 0.0 for one in workloads)
    contract = facts.project.contract
    ends = service_end(contract.notice_given, contract.notice, facts.project.zone)
    deltas = max(1, (ends - facts.at) // DELTA_EVERY)
    return Estimate(
        workloads=workloads,
        items=sum(one.items for one in workloads),
        size_bytes=sum(one.size_bytes for one in workloads),
        first_pass_hours=first,
        delta_pass_hours=delta,
        passes_until_cutover=1 + deltas,
        total_hours=first + deltas * delta,
        cutover_by=ends,
        unmeasured=tuple(one.label for one in workloads if one.first_pass_hours is None),
    )


def workload_estimate(amount: Amount, rate: Rate) -> WorkloadEstimate:
    """How long the first pass over one workload takes, and a delta pass a day later."""
    listing = amount.measured.listed / rate.listed_per_second if rate.listed_per_second else 0.0
    days = DELTA_EVERY / timedelta(days=RECENT_DAYS)
    first = transfer_seconds(rate, amount.items, amount.size_bytes)
    delta = transfer_seconds(rate, amount.recent_items * days, amount.recent_bytes * days)
    return WorkloadEstimate(
        kind=amount.kind,
        name=amount.name,
        items=amount.items,
        size_bytes=amount.size_bytes,
        first_pass_hours=None if first is None else (listing + first) / 3600,
        delta_pass_hours=None if delta is None else (listing + delta) / 3600,
        items_per_second=1 / rate.seconds_per_item if rate.seconds_per_item else None,
        bytes_per_second=rate.bytes_per_second,
        listed_per_second=rate.listed_per_second,
        sampled=rate.sampled,
        sampled_bytes=rate.sampled_bytes,
        basis=rate.basis,
    )


def transfer_seconds(rate: Rate, items: float, size_bytes: float) -> float | None:
    """Seconds: by the number of items or by their bytes, whichever takes longer, since the sample may have been of small ones."""
    if not items:
        return 0.0
    if rate.seconds_per_item is None:
        return None
    by_bytes = size_bytes / rate.bytes_per_second if rate.bytes_per_second else 0.0
    return WRITING_FACTOR * max(items * rate.seconds_per_item, by_bytes)
