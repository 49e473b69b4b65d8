"""Domains without a programming interface."""

from __future__ import annotations

import yaml

from tests.concern.given import EXAMPLE, facts, found, project


def test_registrars_without_a_known_interface() -> None:
    domains = [
        {"name": "a.example", "registrar": "One.com", "mail": True},
        {"name": "b.example"},
        {"name": "c.example", "registrar": "Loopia AB", "mail": True},
        {"name": "d.example", "registrar": "Amazon Route 53"},
    ]
    first, second = found("domain_by_hand", facts(of=project(domains=domains)))
    assert (
        first.found == "One.com has no known interface; its mail records (MX, SPF, autodiscover) are changed by hand."
    )
    assert (second.subject, second.found) == (
        "domain b.example",
        "The project file names no registrar; its records are changed by hand.",
    )


def test_the_host_decides_where_it_is_named() -> None:
    servers = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["servers"]
    hosts = {"hand": {"kind": "by-hand", "called": "One.com"}, "dns": {"kind": "route53"}}
    domains = [
        {"name": "a.example", "registrar": "Loopia", "host": "hand"},
        {"name": "b.example", "registrar": "One.com", "host": "dns"},
    ]
    (concern,) = found("domain_by_hand", facts(of=project(servers={**servers, **hosts}, domains=domains)))
    assert (concern.subject, concern.found) == (
        "domain a.example",
        "Its host is One.com; its records are changed by hand.",
    )
