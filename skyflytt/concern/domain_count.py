"""Looks at one domain by questions that anybody may ask; no account is needed."""

from __future__ import annotations

from collections.abc import Sequence

import dns.rrset

from skyflytt.concern.domain_asking import Asking
from skyflytt.concern.domain_facts import DomainFacts
from skyflytt.concern.spf_lookups import spf_lookups
from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.pointing import pointing
from skyflytt.dns.records import absolute, full_name, plain_text, zone_of
from skyflytt.dns.spf import is_spf
from skyflytt.dns.zone import Zone

FIRST = ("@", "SOA")
HOSTS = (
    "autodiscover",
    "autoconfig",
    "mail",
    "webmail",
    "imap",
    "smtp",
    "pop",
    "www",
    "ftp",
    "remote",
    "vpn",
    "mta-sts",
)
ASKED = (
    *(("@", kind) for kind in ("NS", "MX", "TXT", "A", "AAAA", "DNSKEY")),
    *((label, "TXT") for label in ("_dmarc", "_mta-sts", "_smtp._tls")),
    *((f"{service}._tcp", "SRV") for service in ("_autodiscover", "_imaps", "_submission", "_caldavs", "_carddavs")),
    *((host, "A") for host in HOSTS),
)


def count_domain(domain: str, belongings: Sequence[str], asking: Asking) -> DomainFacts:
    """The domain's facts. `belongings` are names and addresses of the systems being left. What is not answered is a fact."""
    origin = absolute(domain)
    sets = asking.sets(origin, FIRST[1])
    if origin in asking.missing:
        return DomainFacts(domain, Zone(origin, ()), missing=True)
    for label, kind in ASKED:
        sets += asking.sets(full_name(label, origin), kind)
    sets += _servers_of_mail(origin, sets, asking)
    zone = zone_of(origin, _each_once(sets))
    spf = tuple(text for text in _texts(zone) if is_spf(text))
    lookups = spf_lookups(spf[0], lambda name: _texts_outside(name, asking)) if spf else None
    points = tuple(pointing(zone, old_provider(zone, belongings)))
    return DomainFacts(domain, zone, False, tuple(asking.unanswered), points, spf, lookups)


def _servers_of_mail(origin: str, sets: Sequence[dns.rrset.RRset], asking: Asking) -> list[dns.rrset.RRset]:
    """The addresses of those servers of the MX records that have a name of the domain's own: only they tell whose they are."""
    known = {one.name.to_text() for one in sets}
    names = {data.exchange.to_text() for one in sets for data in one if data.rdtype == dns.rdatatype.MX}
    own = sorted(name for name in names - known if name.endswith(f".{origin}"))
    return [found for name in own for found in asking.sets(name, "A")]


def _each_once(sets: Sequence[dns.rrset.RRset]) -> list[dns.rrset.RRset]:
    return list({(one.name, one.rdtype): one for one in sets}.values())


def _texts(zone: Zone) -> list[str]:
    found = zone.find(zone.origin, "TXT")
    return [plain_text("TXT", value) for value in found.values] if found else []


def _texts_outside(name: str, asking: Asking) -> list[str]:
    sets = asking.sets(absolute(name), "TXT", outside=True)
    return [plain_text("TXT", data.to_text()) for one in sets for data in one if data.rdtype == dns.rdatatype.TXT]
