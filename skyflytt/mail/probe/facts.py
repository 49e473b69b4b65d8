"""What a probe comes to, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from skyflytt.concern.estimate import WorkloadEstimate
from skyflytt.concern.mailbox_facts import MailboxFacts, Route, RouteState
from skyflytt.mail.port import MailCapabilities

__all__ = ["Payload", "PlannedPass", "Probe", "Route", "RouteState"]


class Payload(StrEnum):
    """How the sampled messages came."""

    STREAMS = "FastTransfer streams"
    MIME = "MIME"
    MIXED = "FastTransfer streams and MIME"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class PlannedPass:
    """A pass to come: how many messages it will find, and how long it will last."""

    messages: float
    hours: float


@dataclass(frozen=True, slots=True)
class Probe:
    """`facts` are the same that discovery counts, `estimate` is made by its formula from the measured rate.

    `passes` are the first one and the later ones until one is short enough for a cutover; none where no rate was measured.
    `remarks` are sentences for whoever plans the move.
    """

    address: str
    routes: tuple[Route, ...]
    capabilities: MailCapabilities
    payload: Payload
    facts: MailboxFacts
    estimate: WorkloadEstimate
    passes: tuple[PlannedPass, ...]
    remarks: tuple[str, ...]
