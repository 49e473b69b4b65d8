"""Domains of addresses that nobody plans the cutover of."""

from __future__ import annotations

from tests.concern.given import facts, found, project


def test_each_domain_once() -> None:
    places = [("anna", "anna@annat.example"), ("bengt", "bengt@annat.example"), ("info", "info@norrskenbygg.example")]
    boxes = [
        {
            "name": name,
            "source": {"server": "old-mail", "login": login},
            "target": {"server": "new-mail", "login": login},
        }
        for name, login in places
    ]
    (concern,) = found("domain_not_named", facts(of=project(mailboxes=boxes)))
    assert concern.subject == "domain annat.example"
    assert concern.found == "2 mailboxes have an address at it, and `domains` does not name it."
    assert concern.examples == ("anna", "bengt")


def test_all_are_named() -> None:
    assert not found("domain_not_named", facts())
