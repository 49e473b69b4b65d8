"""Questions without an answer."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_they_are_named() -> None:
    given = domain(unanswered=("MX of norrskenbygg.example.", "NS of norrskenbygg.example."))
    (concern,) = found("domain_not_looked_at", facts(around=around(given)))
    assert (concern.subject, concern.found) == ("domain norrskenbygg.example", "2 questions had no answer.")
    assert concern.examples[0] == "MX of norrskenbygg.example."


def test_all_answered() -> None:
    assert not found("domain_not_looked_at", facts(around=around(domain())))
