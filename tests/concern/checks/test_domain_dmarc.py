"""A policy that refuses what is not signed."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_reject() -> None:
    given = domain(("_dmarc", "TXT", 3600, "v=DMARC1; p=reject; rua=mailto:d@norrskenbygg.example"))
    (concern,) = found("domain_dmarc", facts(around=around(given)))
    assert concern.found == "Its DMARC policy is `p=reject`: others refuse what does not pass."
    assert concern.examples == ("v=DMARC1; p=reject; rua=mailto:d@norrskenbygg.example",)


def test_none_is_no_threat() -> None:
    assert not found("domain_dmarc", facts(around=around(domain(("_dmarc", "TXT", 3600, "v=DMARC1; p=none")))))
    assert not found("domain_dmarc", facts(around=around(domain())))
