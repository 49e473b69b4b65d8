"""A zone as far as a resolver tells it, asked name by name: all that can be seen of it without being let in at its host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.nameserver
import dns.resolver
import dns.rrset

from skyflytt.dns.old_provider import is_within
from skyflytt.dns.records import absolute, full_name, zone_of
from skyflytt.dns.zone import Zone
from skyflytt.project.domains import CustomerDomain, split_address

LIFETIME_S = 5.0
GIVES_UP_AFTER = 4
"""So many questions without any answer, and nothing was ever answered: the rest would only take time."""


@dataclass(frozen=True, slots=True)
class Queried:
    """`asked` and `unanswered` count questions; "there is no such record" is an answer."""

    zone: Zone
    asked: int
    unanswered: int


def resolver_of(domain: CustomerDomain) -> dns.resolver.Resolver:
    """The project file's resolvers for this domain, or those of this machine."""
    if not domain.resolvers:
        return dns.resolver.Resolver()
    found = dns.resolver.Resolver(configure=False)
    found.nameservers = [dns.nameserver.Do53Nameserver(*split_address(one)) for one in domain.resolvers]
    return found


def query_zone(domain: str, questions: Iterable[tuple[str, str]], resolver: dns.resolver.Resolver) -> Queried:
    """Ask for each name (before the domain, `@` is the domain itself) and type."""
    origin, questions = absolute(domain), list(questions)
    found: dict[tuple[str, str], dns.rrset.RRset] = {}
    answered = unanswered = 0
    for name, kind in questions:
        if unanswered >= GIVES_UP_AFTER and not answered:
            unanswered = len(questions)
            break
        try:
            answer = resolver.resolve(full_name(name, origin), kind, lifetime=LIFETIME_S, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            answered += 1
            continue
        except dns.exception.DNSException:
            unanswered += 1
            continue
        answered += 1
        found |= {(one.name.to_text(), str(one.rdtype)): one for one in answer.response.answer}
    within = [one for one in found.values() if is_within(absolute(one.name.to_text()), origin)]
    return Queried(zone_of(origin, within), len(questions), unanswered)
