"""Records whose TTL is long."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, hours
from skyflytt.dns.records import short_name

ID = "domain.ttl-long"
CATEGORY = Category.WARNING
TITLE = "Others keep the old records for long"
MEANING = (
    "Records that have to be changed may be kept by others for longer than an hour. For so long after the cutover "
    "some of the mail goes on to the old servers. A resolver that has kept them for a while tells less than the "
    "whole time."
)
ADVICE = (
    "Lower the TTL (`skyflytt dns lower`) at least as long before the cutover as the old TTL says, and raise it "
    "again afterwards."
)

MOST_S = 3600


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        keys = {one.key for one in domain.pointing}
        long = sorted(
            (one for one in domain.zone.sets if (one.name, one.type) in keys and one.ttl_s > MOST_S),
            key=lambda one: -one.ttl_s,
        )
        if long:
            found = f"{count(len(long), 'record set')} kept for more than an hour, the longest for {hours(long[0].ttl_s / 3600)}."
            shown = (f"{short_name(one.name, domain.zone.origin)} {one.type}: {one.ttl_s} s" for one in long)
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(shown))
