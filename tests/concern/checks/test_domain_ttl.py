"""Records that others keep for long."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_only_those_that_have_to_change() -> None:
    given = domain(
        ("@", "MX", 86_400, "10 mx1.gamla.example."),
        ("autodiscover", "CNAME", 7_200, "auto.gamla.example."),
        ("www", "A", 604_800, "192.0.2.80"),
        ("imap", "CNAME", 3_600, "imap.gamla.example."),
    )
    (concern,) = found("domain_ttl", facts(around=around(given)))
    assert concern.found == "2 record sets kept for more than an hour, the longest for 24.0 hours."
    assert concern.examples == ("@ MX: 86400 s", "autodiscover CNAME: 7200 s")


def test_an_hour_is_short() -> None:
    assert not found("domain_ttl", facts(around=around(domain(("@", "MX", 3600, "10 mx1.gamla.example.")))))
