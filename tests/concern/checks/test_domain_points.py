"""Records that lead to the old provider."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_by_themselves_and_through_others() -> None:
    given = domain(
        ("@", "MX", 3600, "10 mail.norrskenbygg.example."),
        ("mail", "CNAME", 3600, "mx1.gamla.example."),
        ("www", "A", 3600, "192.0.2.80"),
    )
    (concern,) = found("domain_points", facts(around=around(given)))
    assert concern.found == "2 records that point there, of those that were asked for."
    assert concern.examples == (
        "mail CNAME → mx1.gamla.example. (web access)",
        "@ MX → mx1.gamla.example. (receives mail)",
    )


def test_nothing_points_there() -> None:
    assert not found("domain_points", facts(around=around(domain(("@", "MX", 3600, "10 mx.nya.example.")))))
