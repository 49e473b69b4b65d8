"""A customer's zone as it is at an old provider, in memory, and its move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.dns.move import DomainMove
from skyflytt.dns.records import full_name, record_set
from skyflytt.dns.zone import Zone
from skyflytt.ledger import projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import ledger_url, open_ledger
from skyflytt.project.domains import CustomerDomain
from tests.dns.memory_host import MemoryHost

ORIGIN = "norrsken.example."
RECORDS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("@", "NS", 86400, ("ns1.norrsken.example", "ns2.norrsken.example")),
    ("@", "A", 3600, ("203.0.113.80",)),
    ("@", "MX", 14400, ("10 mx1.rcloud.example", "20 mx2.rcloud.example")),
    ("@", "TXT", 3600, ("v=spf1 include:spf.rcloud.example mx -all", "site-verification=abc123")),
    ("ns1", "A", 86400, ("127.0.0.1",)),
    ("ns2", "A", 86400, ("127.0.0.1",)),
    ("www", "CNAME", 3600, ("norrsken.example",)),
    ("mail", "A", 3600, ("198.51.100.25",)),
    ("webmail", "CNAME", 3600, ("mail.norrsken.example",)),
    ("autodiscover", "CNAME", 3600, ("autodiscover.rcloud.example",)),
    ("_autodiscover._tcp", "SRV", 3600, ("0 0 443 autodiscover.rcloud.example",)),
    ("_imaps._tcp", "SRV", 3600, ("0 1 993 mail.norrsken.example",)),
    ("rcloud._domainkey", "CNAME", 3600, ("rcloud._domainkey.rcloud.example",)),
    ("s1._domainkey", "TXT", 3600, ("v=DKIM1; k=rsa; p=MIGfMA0GCSq",)),
    ("_dmarc", "TXT", 3600, ("v=DMARC1; p=quarantine; rua=mailto:dmarc@reports.rcloud.example",)),
    ("_mta-sts", "TXT", 3600, ("v=STSv1; id=20250101",)),
    ("mta-sts", "CNAME", 3600, ("mta-sts.rcloud.example",)),
    ("_smtp._tls", "TXT", 3600, ("v=TLSRPTv1; rua=mailto:tls@rcloud.example",)),
    ("shop", "CNAME", 3600, ("norrsken.shops.example",)),
    ("ftp", "A", 3600, ("198.51.100.7",)),
)
OLD = ("rcloud.example", "198.51.100.0/24")
DECIDED: tuple[dict[str, Any], ...] = (
    {"name": "@", "type": "MX", "values": ["10 mx.newhome.example", "20 mx-b.newhome.example"]},
    {"name": "@", "type": "TXT", "values": ["v=spf1 include:spf.newhome.example -all"], "matching": "v=spf1"},
    {"name": "mail", "type": "A", "values": ["192.0.2.25"]},
    {"name": "autodiscover", "type": "CNAME", "values": ["autodiscover.newhome.example"]},
    {"name": "_autodiscover._tcp", "type": "SRV", "values": ["0 0 443 autodiscover.newhome.example"], "ttl_s": 7200},
    {"name": "rcloud._domainkey", "type": "CNAME", "remove": True},
    {"name": "s1._domainkey", "type": "TXT", "keep": "the shop's newsletter signs with it"},
    {"name": "new._domainkey", "type": "TXT", "values": ["v=DKIM1; k=rsa; p=MIIBIjANBg"]},
    {"name": "_dmarc", "type": "TXT", "values": ["v=DMARC1; p=none; rua=mailto:dmarc@norrsken.example"]},
    {"name": "_mta-sts", "type": "TXT", "values": ["v=STSv1; id=20260101"]},
    {"name": "mta-sts", "type": "CNAME", "values": ["mta-sts.newhome.example"]},
    {"name": "_smtp._tls", "type": "TXT", "values": ["v=TLSRPTv1; rua=mailto:tls@norrsken.example"]},
    {"name": "ftp", "type": "A", "keep": "the archive stays there until the end of the notice"},
)
Make = Callable[..., DomainMove]


def zone_at_the_old_provider() -> Zone:
    sets = (record_set(full_name(name, ORIGIN), kind, ttl_s, values) for name, kind, ttl_s, values in RECORDS)
    return Zone(ORIGIN, tuple(sorted(sets)), serial=2026010101)


def domain_of(*decided: dict[str, Any], **fields: Any) -> CustomerDomain:
    return CustomerDomain.model_validate(
        {"name": "norrsken.example", "host": "dns", "old": OLD, "records": decided} | fields
    )


@pytest.fixture
def zone() -> Zone:
    return zone_at_the_old_provider()


@pytest.fixture
def host(zone: Zone) -> MemoryHost:
    return MemoryHost(zone)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 8, 3, 6, 0, tzinfo=UTC))


@pytest.fixture
def ledger(tmp_path: Path, clock: MovableClock) -> Iterator[Ledger]:
    found = open_ledger(ledger_url(tmp_path), clock)
    projects.ensure_project(found, "norrsken")
    yield found
    found.engine.dispose()


@pytest.fixture
def make(ledger: Ledger, host: MemoryHost, tmp_path: Path) -> Make:
    """A move whose decisions (default: all that are needed) and other fields of the domain are given."""

    def made(*decided: dict[str, Any], **fields: Any) -> DomainMove:
        domain = domain_of(*(decided or DECIDED), **fields)
        return DomainMove(ledger, "norrsken", domain, host, "cecilia", tmp_path / "dns", look=host.look)

    return made
