"""Domains whose name servers go with the contract."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.name-servers-leave"
CATEGORY = Category.CRITICAL
TITLE = "The zone lies at the old provider"
MEANING = (
    "The name servers of the domain belong to the provider being left. When the contract ends, all of its records "
    "vanish at once: mail, web, everything."
)
ADVICE = (
    "Move the zone to another host well before the end of service, with every record that it has now, and only then "
    "change the name servers at the registrar."
)


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        leaving = [one.value for one in domain.pointing if one.type == "NS"]
        if leaving:
            servers = domain.find("@", "NS")
            found = f"{len(leaving)} of {count(len(servers.values) if servers else 0, 'name server')} are the old provider's."
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(leaving))
