"""A domain on its way from the old provider to the new one: what every step of its cutover works with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skyflytt.deadline.clock import Clock
from skyflytt.dns.look import look_at_servers
from skyflytt.dns.port import ZoneHost
from skyflytt.dns.verdict import ServerVerdict
from skyflytt.dns.zone import Change, Zone
from skyflytt.ledger.ledger import Ledger
from skyflytt.project.domains import CustomerDomain

Look = Callable[[CustomerDomain, Zone, Sequence[Change], Clock], list[ServerVerdict]]
"""Asks every authoritative server and resolver for what the changes made; `look.look_at_servers` does it over the network."""


@dataclass(frozen=True, slots=True)
class DomainMove:
    """`belongings` are names and addresses of the old provider beside those of the domain itself. `folder` is where snapshots are kept.

    `by` is who acts, for the journal.
    """

    ledger: Ledger
    project: str
    domain: CustomerDomain
    host: ZoneHost
    by: str
    folder: Path
    belongings: tuple[str, ...] = ()
    look: Look = look_at_servers

    @property
    def clock(self) -> Clock:
        return self.ledger.clock

    @property
    def old(self) -> Iterable[str]:
        return (*self.domain.old, *self.belongings)

    @property
    def lowered_ttl_s(self) -> int:
        """The shortest that is asked for and that the host keeps."""
        return max(self.domain.lowered_ttl_s, self.host.capabilities.min_ttl_s)
