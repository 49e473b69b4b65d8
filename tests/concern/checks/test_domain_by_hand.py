"""Domains without a programming interface."""

from __future__ import annotations

from tests.concern.given import facts, found, project


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
