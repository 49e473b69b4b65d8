"""A domain that DNS does not know."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_it_is_told_that_mail_is_received_there() -> None:
    (concern,) = found("domain_not_found", facts(around=around(domain(missing=True))))
    assert concern.found == "DNS answers that it does not exist. Mail is received at it, by the project file."


def test_it_is_there() -> None:
    assert not found("domain_not_found", facts(around=around(domain())))
