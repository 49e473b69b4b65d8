"""Exactly one SPF record where mail is received."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found, project


def test_none_and_two() -> None:
    (none,) = found("domain_spf", facts(around=around(domain())))
    assert none.found == "It has 0 SPF records; there has to be exactly one."
    (two,) = found("domain_spf", facts(around=around(domain(spf=("v=spf1 -all", "v=spf1 mx -all")))))
    assert (two.found, len(two.examples)) == ("It has 2 SPF records; there has to be exactly one.", 2)


def test_one_or_unknown_or_no_mail() -> None:
    assert not found("domain_spf", facts(around=around(domain(spf=("v=spf1 -all",)))))
    assert not found("domain_spf", facts(around=around(domain(unanswered=("TXT of norrskenbygg.example.",)))))
    without_mail = project(domains=[{"name": "norrskenbygg.example"}])
    assert not found("domain_spf", facts(of=without_mail, around=around(domain())))
