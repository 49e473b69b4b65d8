"""A zone with keys of DNSSEC."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_its_name_servers_are_named() -> None:
    given = domain(("@", "NS", 3600, "ns1.loopia.example."), signed=True)
    (concern,) = found("domain_signed", facts(around=around(given)))
    assert (concern.found, concern.examples) == ("It has keys of DNSSEC.", ("ns1.loopia.example.",))


def test_unsigned() -> None:
    assert not found("domain_signed", facts(around=around(domain())))
