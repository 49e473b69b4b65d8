"""More lookups than RFC 7208 allows, or no room for one more."""

from __future__ import annotations

from tests.concern.given import around, domain, facts, found


def test_too_many() -> None:
    (concern,) = found(
        "domain_spf_lookups", facts(around=around(domain(spf=("v=spf1 include:a.example -all",), spf_lookups=12)))
    )
    assert concern.found == "It takes 12 lookups, more than the 10 that are allowed."
    assert concern.examples == ("v=spf1 include:a.example -all",)


def test_no_room_for_the_new_provider() -> None:
    (concern,) = found("domain_spf_lookups", facts(around=around(domain(spf_lookups=10))))
    assert (
        concern.found
        == "It takes 10 lookups, so that no room is left for the new provider's within the 10 that are allowed."
    )


def test_room_is_left() -> None:
    assert not found("domain_spf_lookups", facts(around=around(domain(spf_lookups=9))))
    assert not found("domain_spf_lookups", facts(around=around(domain())))
