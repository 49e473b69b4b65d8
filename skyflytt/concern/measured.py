"""How much a workload holds, and how fast its source answered while it was counted."""

from __future__ import annotations

from dataclasses import dataclass

RECENT_DAYS = 30
"""What came or changed in so many days before the discovery says how much each delta pass will find."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The listing of the whole workload, and the reading of a small sample of its payloads; times are in seconds.

    `sampled_streams` is how many of the sampled messages came as exported FastTransfer streams, `sampled_built` how many with
    properties that were put together here; the others came as MIME alone.
    """

    listed: int = 0
    listing_seconds: float = 0.0
    sampled: int = 0
    sampled_bytes: int = 0
    sampling_seconds: float = 0.0
    sampled_streams: int = 0
    sampled_built: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """What of a workload comes along, and how much of it is `RECENT_DAYS` old at most; `kind` is `mailbox` or `share`."""

    kind: str
    name: str
    items: int
    size_bytes: int
    recent_items: int
    recent_bytes: int
    measured: Measured

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"
