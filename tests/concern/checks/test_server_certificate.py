"""Certificates that end before service does."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.concern.server_facts import ServerFacts
from tests.concern.given import AT, around, facts, found


def test_within_the_contract() -> None:
    given = ServerFacts("old-mail", "imap.gamla.example", 993, certificate_ends=AT + timedelta(days=40))
    (concern,) = found("server_certificate", facts(around=around(given)))
    assert concern.subject == "server old-mail"
    assert concern.found == "The certificate of imap.gamla.example:993 ends on 2026-09-19, in 40 days."


def test_it_outlives_the_service() -> None:
    given = ServerFacts("old-mail", "imap.gamla.example", 993, certificate_ends=AT + timedelta(days=90))
    assert not found("server_certificate", facts(around=around(given, ServerFacts("old-files", "localhost", 22))))
