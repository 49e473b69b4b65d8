"""How fast each workload moves, from what was measured while it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from skyflytt.concern.facts import Facts
from skyflytt.concern.measured import Measured

SHORTEST = 1e-6
"""Seconds; below it a clock's step is measured, not a server."""


class Basis(StrEnum):
    """Where a rate of payloads comes from."""

    OWN_SAMPLE = "a sample of its own"
    SAMPLES_OF_ITS_KIND = "the samples of the other workloads of its kind"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Rate:
    """`seconds_per_item` and `bytes_per_second` are the same sample seen in two ways; both are None where nothing was measured."""

    listed_per_second: float | None
    seconds_per_item: float | None
    bytes_per_second: float | None
    sampled: int
    sampled_bytes: int
    basis: Basis


Rates = Mapping[str, Rate]
"""By the label of the workload ("mailbox anna")."""


def rates_of(facts: Facts) -> Rates:
    """The measured rate of each workload; one that had nothing to sample gets its kind's."""
    amounts = list(facts.amounts())
    kinds = {amount.kind for amount in amounts}
    together = {kind: _together(amount.measured for amount in amounts if amount.kind == kind) for kind in kinds}
    return {amount.label: rate_of(amount.measured, together[amount.kind]) for amount in amounts}


def rate_of(own: Measured, of_its_kind: Measured) -> Rate:
    """The rate of one workload, from its own sample if it has one."""
    sample = own if own.sampled else of_its_kind
    seconds = max(sample.sampling_seconds, SHORTEST)
    return Rate(
        listed_per_second=own.listed / max(own.listing_seconds, SHORTEST) if own.listed else None,
        seconds_per_item=seconds / sample.sampled if sample.sampled else None,
        bytes_per_second=sample.sampled_bytes / seconds if sample.sampled_bytes else None,
        sampled=sample.sampled,
        sampled_bytes=sample.sampled_bytes,
        basis=_basis(own, of_its_kind),
    )


def _basis(own: Measured, of_its_kind: Measured) -> Basis:
    if own.sampled:
        return Basis.OWN_SAMPLE
    return Basis.SAMPLES_OF_ITS_KIND if of_its_kind.sampled else Basis.NOT_MEASURED


def _together(all_measured: Iterable[Measured]) -> Measured:
    measured = list(all_measured)
    return Measured(
        sampled=sum(one.sampled for one in measured),
        sampled_bytes=sum(one.sampled_bytes for one in measured),
        sampling_seconds=sum(one.sampling_seconds for one in measured),
    )
