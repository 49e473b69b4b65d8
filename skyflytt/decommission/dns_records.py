"""Whether a domain's records still point to the system being left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dns.exception
import dns.resolver

from skyflytt.decommission.absence import AbsenceCheck, Verdict

LIFETIME_S = 5.0
ASKED = (("", "MX"), ("", "A"), ("mail", "CNAME"), ("autodiscover", "CNAME"), ("autodiscover", "A"),
         ("_autodiscover._tcp", "SRV"), ("_imaps._tcp", "SRV"), ("_submission._tcp", "SRV"))  # fmt: skip


def still_pointing(
    domain: str, hosts: Sequence[str], place: str, resolver: dns.resolver.Resolver | None = None
) -> AbsenceCheck:
    """PASS when no record of the domain names one of the old `hosts`; UNKNOWN where a question was not answered."""
    asking = resolver or dns.resolver.Resolver()
    old = {*hosts, *_addresses(asking, hosts)}
    found, unanswered = [], 0
    for label, kind in ASKED:
        name = f"{label}.{domain}" if label else domain
        try:
            targets = _targets(asking, name, kind)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            continue
        except dns.exception.DNSException:
            unanswered += 1
            continue
        found += [f"{kind} of {label or 'the domain'}" for one in targets if _is_old(one, old)]
    if found:
        return AbsenceCheck("dns", place, Verdict.FAILED, f"still points to the old servers: {', '.join(found)}")
    if unanswered:
        words = f"{unanswered} of {len(ASKED)} questions were not answered"
        return AbsenceCheck("dns", place, Verdict.UNKNOWN, words)
    return AbsenceCheck(
        "dns", place, Verdict.PASS, f"{len(ASKED)} records were asked for; none points to the old servers"
    )


def _targets(asking: dns.resolver.Resolver, name: str, kind: str) -> Iterator[str]:
    answer = asking.resolve(name, kind, lifetime=LIFETIME_S, search=False)
    names = (
        getattr(one, "exchange", None) or getattr(one, "target", None) or getattr(one, "address", "") for one in answer
    )
    return iter([str(one).rstrip(".").lower() for one in names])


def _addresses(asking: dns.resolver.Resolver, hosts: Sequence[str]) -> Iterator[str]:
    """An A record tells an address: those of the old servers, as far as they still have one."""
    for host in hosts:
        try:
            yield from _targets(asking, host, "A")
        except dns.exception.DNSException:
            continue


def _is_old(target: str, old: set[str]) -> bool:
    return any(target == one.lower() or target.endswith(f".{one.lower()}") for one in old)
