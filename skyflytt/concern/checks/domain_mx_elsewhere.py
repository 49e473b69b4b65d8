"""MX records that are not those of the systems being left."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.mx-elsewhere"
CATEGORY = Category.WARNING
TITLE = "Mail goes through somebody else"
MEANING = (
    "The domain's mail is received by servers that are not those of the mailboxes in the project file: a filter "
    "service in between, another provider, or servers that were forgotten. They have to be told where to deliver "
    "after the cutover, and may hold mail of their own."
)
ADVICE = (
    "Find out who runs them. Add a filter's new destination to the plan of the cutover, or name the servers in the "
    "domain's `old` if they are the provider's being left."
)

NOBODY = "0 ."
"""No mail at all (RFC 7505)."""


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        servers = domain.find("@", "MX")
        old = {one.value for one in domain.pointing if one.type == "MX"}
        other = [value for value in (servers.values if servers else ()) if value not in old and value != NOBODY]
        if other:
            found = f"{count(len(other), 'MX record')} of {len(servers.values) if servers else 0} that the project's old servers are not in."
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(other))
