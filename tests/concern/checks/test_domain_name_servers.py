"""A zone that goes with the contract."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_they_are_counted() -> None:
    given = domain(("@", "NS", 3600, "ns1.gamla.example."), ("@", "NS", 3600, "ns.annan.example."))
    (concern,) = found("domain_name_servers", facts(around=around(given)))
    assert (concern.found, concern.examples) == ("1 of 2 name servers are the old provider's.", ("ns1.gamla.example.",))


def test_they_are_somebody_elses() -> None:
    assert not found("domain_name_servers", facts(around=around(domain(("@", "NS", 3600, "ns1.loopia.example.")))))
