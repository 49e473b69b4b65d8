"""Who is asked where mail goes: the domain's own name servers for what is in it, resolvers for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dns.flags
import dns.rcode

from skyflytt.dns.asking import NoAnswer, Server, ask, set_in
from skyflytt.dns.expected import expected
from skyflytt.dns.hosts.open import origin_of
from skyflytt.dns.look import looked_up, resolvers_of
from skyflytt.dns.old_provider import is_within
from skyflytt.dns.zone import Zone
from skyflytt.project.domains import CustomerDomain, split_address

ADDRESSES = ("A", "AAAA")
SERVES = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


@dataclass(frozen=True, slots=True)
class AskedNames:
    """The names as the servers have them now, over the network; nothing is taken from a cache for what the domain itself says."""

    domain: CustomerDomain

    def authoritative(self, name: str, kind: str) -> Mapping[str, tuple[str, ...] | None]:
        return {f"{one.name} ({one.address})": _said(one, name, kind) for one in self._servers()}

    def addresses(self, host: str) -> Sequence[str]:
        if is_within(origin_of(host), origin_of(self.domain.name)):
            own = [_said(one, host, kind) for kind in ADDRESSES for one in self._servers()]
            if found := sorted({value for values in own for value in values or ()}):
                return found
        return [address for kind in ADDRESSES for address in self._resolved(host, kind)]

    def _servers(self) -> Iterator[Server]:
        if self.domain.name_servers:
            yield from (Server(one, *split_address(one)) for one in self.domain.name_servers)
            return
        for name in self._resolved(origin_of(self.domain.name), "NS"):
            yield from (Server(name, address) for kind in ADDRESSES for address in self._resolved(name, kind))

    def _resolved(self, name: str, kind: str) -> list[str]:
        """From the first resolver that knows it."""
        asked = (sorted(looked_up(name, kind, one)) for one in resolvers_of(self.domain))
        return next((found for found in asked if found), [])


@dataclass(frozen=True, slots=True)
class PlannedNames:
    """The names as a plan makes them, for a rehearsal; what is not in the zone is asked for."""

    zone: Zone
    beyond: AskedNames

    def authoritative(self, name: str, kind: str) -> Mapping[str, tuple[str, ...] | None]:
        found = expected(self.zone, (origin_of(name), kind))
        return {"the plan": found.values if found else ()}

    def addresses(self, host: str) -> Sequence[str]:
        found = [expected(self.zone, (origin_of(host), kind)) for kind in ADDRESSES]
        own = [value for one in found if one is not None for value in one.values]
        return own or self.beyond.addresses(host)


def _said(server: Server, name: str, kind: str) -> tuple[str, ...] | None:
    """The server's own values; None where it is silent or does not serve the zone."""
    try:
        answer = ask(server, origin_of(name), kind)
    except NoAnswer:
        return None
    if answer.rcode() not in SERVES or not answer.flags & dns.flags.AA:
        return None
    found = set_in(answer, (origin_of(name), kind))
    return found.values if found else ()
