"""A policy that names servers."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_whose_web_server_it_is() -> None:
    policy = ("_mta-sts", "TXT", 3600, "v=STSv1; id=20260801")
    (here,) = found("domain_mta_sts", facts(around=around(domain(policy))))
    assert here.found == "It publishes an MTA-STS policy; its web server is not among the old ones."
    (old,) = found(
        "domain_mta_sts", facts(around=around(domain(policy, ("mta-sts", "CNAME", 3600, "sts.gamla.example."))))
    )
    assert old.found == "It publishes an MTA-STS policy; its web server is the old provider's."
    assert old.examples == ("v=STSv1; id=20260801",)


def test_no_policy() -> None:
    assert not found("domain_mta_sts", facts(around=around(domain())))
