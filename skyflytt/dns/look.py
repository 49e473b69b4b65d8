"""Ask every authoritative server, at each of its addresses, and several resolvers. The only part here that asks the network of itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import dns.exception
import dns.resolver

from skyflytt.deadline.clock import Clock
from skyflytt.dns.asking import Server
from skyflytt.dns.authoritative import look_at_authoritative
from skyflytt.dns.resolving import look_at_resolver
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.zone import Change, Zone
from skyflytt.project.domains import CustomerDomain, split_address

LIFETIME_S = 6.0
AT_ONCE = 8


def look_at_servers(
    domain: CustomerDomain, after: Zone, changes: Sequence[Change], clock: Clock
) -> list[ServerVerdict]:
    """A verdict for each address, authoritative servers first, in the order of their names."""
    now, asking = clock.now(), resolvers_of(domain)
    servers = authoritative_servers(domain, after, asking)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda one: _authoritative(one, after, changes, now), servers)
        through = pool.map(lambda one: look_at_resolver(one, after, changes, now), asking)
        return [*found, *through]


def _authoritative(server: Server, after: Zone, changes: Sequence[Change], now: datetime) -> ServerVerdict:
    if server.address:
        return look_at_authoritative(server, after, changes, now)
    return ServerVerdict(
        "authoritative", server.name, "", server.port, Answer.LAME, detail="this name server's name has no address"
    )


def resolvers_of(domain: CustomerDomain) -> list[Server]:
    if domain.resolvers:
        return [Server(one, *split_address(one)) for one in domain.resolvers]
    try:
        known = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return []
    return [Server(str(one), str(one), known.port) for one in known.nameservers]


def authoritative_servers(domain: CustomerDomain, after: Zone, asking: Sequence[Server]) -> list[Server]:
    """The servers of the project file; else those of the zone's NS records and those that resolvers are sent to, at all addresses.

    The two differ while a domain is still delegated to somebody else: there, a change at this host is not seen by anybody. A name
    without any address is a server whose `address` is empty.
    """
    if domain.name_servers:
        return [Server(one, *split_address(one)) for one in domain.name_servers]
    own = after.find(after.origin, "NS")
    names = dict.fromkeys((*(own.values if own else ()), *_first_answer(after.origin, "NS", asking)))
    return [Server(name, address) for name in names for address in _addresses(name, after, asking) or [""]]


def _addresses(name: str, after: Zone, asking: Sequence[Server]) -> list[str]:
    """All of a name server's addresses, from the zone itself where it has them."""
    own = [value for kind in ("A", "AAAA") if (one := after.find(name, kind)) for value in one.values]
    return own or sorted(address for kind in ("A", "AAAA") for address in _first_answer(name, kind, asking))


def _first_answer(name: str, kind: str, asking: Sequence[Server]) -> list[str]:
    """From the first resolver that has one."""
    answers = (looked_up(name, kind, server) for server in asking)
    return next((found for found in answers if found), [])


def looked_up(name: str, kind: str, server: Server) -> list[str]:
    """What one resolver says to one question, as text; nothing where it does not answer."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server.address], server.port
    try:
        return [str(one).lower() for one in resolver.resolve(name, kind, lifetime=LIFETIME_S, search=False)]
    except dns.exception.DNSException:
        return []
