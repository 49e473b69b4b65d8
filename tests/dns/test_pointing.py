"""What points to the old provider: directly, through the customer's own names, or as only a person can know."""

from __future__ import annotations

import pytest

from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.pointing import Pointing, pointing
from skyflytt.dns.records import full_name, record_set
from skyflytt.dns.zone import Zone
from tests.dns.conftest import OLD, ORIGIN


def found_in(*records: tuple[str, str, str], old: tuple[str, ...] = OLD) -> list[Pointing]:
    by_key: dict[tuple[str, str], list[str]] = {}
    for name, kind, value in records:
        by_key.setdefault((name, kind), []).append(value)
    sets = (record_set(full_name(name, ORIGIN), kind, 60, values) for (name, kind), values in by_key.items())
    zone = Zone(ORIGIN, tuple(sorted(sets)))
    return pointing(zone, old_provider(zone, old))


@pytest.mark.parametrize(
    ("name", "kind", "value", "role"),
    [
        ("@", "MX", "10 mx1.rcloud.example", "mx"),
        ("@", "MX", "10 rcloud.example", "mx"),
        ("@", "NS", "ns1.rcloud.example", "ns"),
        ("autodiscover", "CNAME", "autodiscover.rcloud.example", "autodiscover"),
        ("autodiscover", "A", "198.51.100.9", "autodiscover"),
        ("_autodiscover._tcp", "SRV", "0 0 443 mail.rcloud.example", "autodiscover"),
        ("_imaps._tcp", "SRV", "0 0 993 imap.rcloud.example", "mail-service"),
        ("_submission._tcp", "SRV", "0 0 587 smtp.rcloud.example", "mail-service"),
        ("_caldavs._tcp", "SRV", "0 0 443 dav.rcloud.example", "calendar-service"),
        ("_sipfederationtls._tcp", "SRV", "0 0 5061 sip.rcloud.example", "federation"),
        ("@", "TXT", "v=spf1 include:spf.rcloud.example -all", "spf"),
        ("@", "TXT", "v=spf1 ~include:_spf.rcloud.example -all", "spf"),
        ("@", "TXT", "V=SPF1 redirect=spf.rcloud.example", "spf"),
        ("@", "TXT", "v=spf1 ip4:198.51.100.25 -all", "spf"),
        ("@", "TXT", "v=spf1 ip4:198.51.0.0/16 -all", "spf"),
        ("@", "TXT", "v=spf1 a:out.rcloud.example/24 -all", "spf"),
        ("@", "TXT", "v=spf1 mx:rcloud.example -all", "spf"),
        ("@", "TXT", "v=spf1 exists:%{i}.rcloud.example -all", "spf"),
        ("x._domainkey", "CNAME", "x.dkim.rcloud.example", "dkim"),
        ("_dmarc", "TXT", "v=DMARC1; p=none; rua=mailto:a@dmarc.rcloud.example!10m", "dmarc"),
        ("mta-sts", "CNAME", "mta-sts.rcloud.example", "mta-sts-host"),
        ("mta-sts", "A", "198.51.100.4", "mta-sts-host"),
        ("_smtp._tls", "TXT", "v=TLSRPTv1; rua=https://tls.rcloud.example/v1", "tls-rpt"),
        ("default._bimi", "TXT", "v=BIMI1; l=https://cdn.rcloud.example/logo.svg", "bimi"),
        ("webmail", "CNAME", "owa.rcloud.example", "web"),
        ("rdweb", "AAAA", "2001:db8:5::7", "web"),
        ("@", "HTTPS", "1 web.rcloud.example alpn=h2", "service"),
        ("@", "HTTPS", "1 . ipv4hint=198.51.100.4", "service"),
        ("_x._tcp", "URI", '1 1 "https://x.rcloud.example/"', "service"),
        ("app7", "CNAME", "x.rcloud.example", "alias"),
        ("*", "A", "198.51.100.200", "address"),
        ("verification", "TXT", "see portal.rcloud.example", "text"),
    ],
)
def test_each_kind_of_record(name: str, kind: str, value: str, role: str) -> None:
    (found,) = found_in((name, kind, value), old=(*OLD, "2001:db8:5::/48"))
    assert (found.role.id, found.sure, found.through) == (role, True, None)


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("@", "MX", "10 mx1.notrcloud.example"),
        ("@", "TXT", "v=spf1 ip4:203.0.113.0/24 include:spf.new.example a mx -all"),
        ("@", "TXT", "rcloud"),
        ("@", "A", "203.0.113.5"),
        ("x", "CNAME", "rcloud.example.new.example"),
        ("_dmarc", "TXT", "v=DMARC1; p=none; rua=mailto:a@norrsken.example"),
    ],
)
def test_what_is_somebody_elses(name: str, kind: str, value: str) -> None:
    assert found_in((name, kind, value)) == []


def test_through_names_of_the_zone() -> None:
    found = found_in(
        ("mail", "A", "198.51.100.25"),
        ("imap", "CNAME", "mail.norrsken.example"),
        ("webmail", "CNAME", "imap.norrsken.example"),
        ("@", "MX", "10 mail.norrsken.example"),
        ("@", "TXT", "v=spf1 a:imap.norrsken.example mx -all"),
        ("_imaps._tcp", "SRV", "0 0 993 imap.norrsken.example"),
        ("other", "A", "203.0.113.9"),
    )
    assert {(one.name.removesuffix(ORIGIN), one.type, one.through) for one in found} == {
        ("mail.", "A", None),
        ("imap.", "CNAME", "mail.norrsken.example."),
        ("webmail.", "CNAME", "imap.norrsken.example."),
        ("", "MX", "mail.norrsken.example."),
        ("", "TXT", "imap.norrsken.example."),
        ("_imaps._tcp.", "SRV", "imap.norrsken.example."),
    }
    assert {one.to for one in found} == {"198.51.100.25"}


def test_what_only_a_person_can_know() -> None:
    found = found_in(
        ("s1._domainkey", "TXT", "v=DKIM1; p=MIGf"),
        ("_mta-sts", "TXT", "v=STSv1; id=1"),
        ("mail", "A", "198.51.100.25"),
        ("_25._tcp.mail", "TLSA", "3 1 1 " + "ab" * 32),
        ("_25._tcp.other", "TLSA", "3 1 1 " + "cd" * 32),
    )
    assert [(one.role.id, one.sure) for one in found] == [
        ("tlsa", False),
        ("mta-sts", False),
        ("web", True),
        ("dkim", False),
    ]


def test_an_old_host_with_a_name_of_the_customers_is_known_by_its_address() -> None:
    """What is left with the name after it moved is the customer's own."""
    records = (("mail", "A", "192.0.2.7"), ("@", "MX", "10 mail.norrsken.example"), ("srv", "A", "192.0.2.7"))
    found = found_in(*records, old=("mail.norrsken.example",))
    assert [(one.name, one.to) for one in found] == [
        ("mail.norrsken.example.", "192.0.2.7"),
        (ORIGIN, "192.0.2.7"),
        ("srv.norrsken.example.", "192.0.2.7"),
    ]
    assert found_in(("@", "MX", "10 mail.norrsken.example"), old=("mail.norrsken.example",)) == []
