"""Looking at a domain over a real socket: what is asked, what follows, and what happens when nobody answers."""

from __future__ import annotations

import pytest

from skyflytt.concern import domain_asking
from skyflytt.concern.domain_asking import Asking
from skyflytt.concern.domain_count import count_domain
from skyflytt.concern.domain_facts import DomainFacts
from tests.concern.name_server import name_server, resolver

DOMAIN, OLD = "norrsken.example", ["mx1.gamla.example", "192.0.2.0/28"]
ZONE = """
@ 3600 SOA ns1.loopia.example. hostmaster 7 3600 600 86400 300
@ 3600 NS ns1.loopia.example.
@ 86400 MX 10 mail
@ 3600 TXT "v=spf1 include:_spf.gamla.example mx -all"
@ 3600 TXT "annat"
mail 3600 A 192.0.2.5
autodiscover 7200 CNAME mx1.gamla.example.
_dmarc 3600 TXT "v=DMARC1; p=reject"
www 3600 A 198.51.100.80
@ 3600 DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
"""
OUTSIDE = """
@ 3600 SOA ns hostmaster 1 1 1 1 1
@ 3600 NS ns.gamla.example.
_spf 3600 TXT "v=spf1 a:out.gamla.example include:_more.gamla.example -all"
_more 3600 TXT "v=spf1 exists:%{i}.gamla.example -all"
"""


def looked(domain: str = DOMAIN) -> DomainFacts:
    with name_server((DOMAIN, ZONE), ("gamla.example", OUTSIDE)) as port:
        return count_domain(domain, OLD, Asking(resolver(port), resolver(port)))


def test_records_that_point_to_the_old_servers() -> None:
    facts = looked()
    assert (facts.missing, facts.unanswered, facts.zone.signed) == (False, (), True)
    assert {(one.name.removesuffix(f".{DOMAIN}."), one.type, one.to) for one in facts.pointing} == {
        ("autodiscover", "CNAME", "mx1.gamla.example."),
        ("mail", "A", "192.0.2.5"),
        (f"{DOMAIN}.", "MX", "192.0.2.5"),
        (f"{DOMAIN}.", "TXT", "192.0.2.5"),
    }
    found = facts.find("@", "MX")
    assert found is not None
    assert found.ttl_s == 86_400


def test_the_lookups_of_spf_are_followed() -> None:
    facts = looked()
    assert facts.spf == ("v=spf1 include:_spf.gamla.example mx -all",)
    assert facts.spf_lookups == 5
    assert facts.texts("_dmarc") == ("v=DMARC1; p=reject",)


def test_a_name_that_is_not_there() -> None:
    facts = looked(f"annan.{DOMAIN}")
    assert (facts.missing, facts.unanswered, facts.zone.sets) == (True, (), ())


def test_where_nobody_answers_one_question_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain_asking, "LIFETIME_S", 0.2)
    with name_server(silent=True) as port:
        facts = count_domain(DOMAIN, OLD, Asking(resolver(port), resolver(port)))
    assert facts.unanswered[0] == f"SOA of {DOMAIN}."
    assert len(facts.unanswered) > 20
    assert (facts.missing, facts.spf_lookups, facts.pointing) == (False, None, ())


def test_a_server_that_refuses_is_asked_on() -> None:
    with name_server(("annat.example", OUTSIDE)) as port:
        facts = count_domain(DOMAIN, OLD, Asking(resolver(port), resolver(port)))
    assert len(facts.unanswered) > 20
