"""Domains with DNSSEC."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts

ID = "domain.signed"
CATEGORY = Category.WARNING
TITLE = "The domain is signed (DNSSEC)"
MEANING = (
    "The zone is signed. If its name servers move to another host, and the registrar's DS record does not fit that "
    "host's keys, the whole domain vanishes for most of the world until it is corrected and the old answers have "
    "been forgotten."
)
ADVICE = (
    "If the name servers stay, nothing is to be done. If they move: take the DS record away first, wait out its "
    "TTL, move, sign anew and publish the new DS."
)


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        if domain.zone.signed:
            servers = domain.find("@", "NS")
            yield Concern(
                ID,
                CATEGORY,
                f"domain {domain.domain}",
                "It has keys of DNSSEC.",
                some(servers.values if servers else ()),
            )
