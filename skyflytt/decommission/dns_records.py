"""Whether a domain's records still point to the system being left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dns.exception
import dns.resolver

from skyflytt.decommission.absence import AbsenceCheck, Verdict
from skyflytt.dns.old_provider import as_network, old_provider
from skyflytt.dns.pointing import pointing
from skyflytt.dns.queried import LIFETIME_S, query_zone
from skyflytt.dns.records import short_name
from skyflytt.dns.usual_names import usual_questions


def still_pointing(
    domain: str,
    hosts: Sequence[str],
    place: str,
    resolver: dns.resolver.Resolver | None = None,
    *,
    more: Sequence[tuple[str, str]] = (),
) -> AbsenceCheck:
    """PASS when no record of the domain names one of the old `hosts`; UNKNOWN where a question was not answered.

    `more` are names before the domain with their types, beside the usual ones: those that a plan was about.
    """
    asking = resolver or dns.resolver.Resolver()
    seen = query_zone(domain, dict.fromkeys((*usual_questions(), *more)), asking)
    names = [one for one in hosts if as_network(one) is None]
    old = old_provider(seen.zone, (*hosts, *_addresses(asking, names)))
    found = dict.fromkeys(_named(one.name, one.type, seen.zone.origin) for one in pointing(seen.zone, old) if one.sure)
    if found:
        return AbsenceCheck("dns", place, Verdict.FAILED, f"still points to the old servers: {', '.join(found)}")
    if seen.unanswered:
        words = f"{seen.unanswered} of {seen.asked} questions were not answered"
        return AbsenceCheck("dns", place, Verdict.UNKNOWN, words)
    return AbsenceCheck(
        "dns", place, Verdict.PASS, f"{seen.asked} records were asked for; none points to the old servers"
    )


def _named(name: str, kind: str, origin: str) -> str:
    return f"{kind} of {'the domain' if name == origin else short_name(name, origin)}"


def _addresses(asking: dns.resolver.Resolver, hosts: Sequence[str]) -> Iterator[str]:
    """An A record tells an address: those of the old servers, as far as they still have one."""
    for host in hosts:
        for kind in ("A", "AAAA"):
            try:
                yield from map(str, asking.resolve(host, kind, lifetime=LIFETIME_S, search=False))
            except dns.exception.DNSException:
                continue
