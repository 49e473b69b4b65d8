"""Mail servers that are not the old ones."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_a_filter_in_between() -> None:
    given = domain(("@", "MX", 3600, "10 mx1.gamla.example."), ("@", "MX", 3600, "5 in.filter.example."))
    (concern,) = found("domain_mx_elsewhere", facts(around=around(given)))
    assert concern.found == "1 MX record of 2 that the project's old servers are not in."
    assert concern.examples == ("5 in.filter.example.",)


def test_the_old_ones_and_nobody() -> None:
    assert not found("domain_mx_elsewhere", facts(around=around(domain(("@", "MX", 3600, "10 mx1.gamla.example.")))))
    assert not found("domain_mx_elsewhere", facts(around=around(domain(("@", "MX", 3600, "0 .")))))
