"""SPF records that nobody evaluates to the end."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.spf-too-many-lookups"
CATEGORY = Category.WARNING
TITLE = "SPF needs too many lookups"
MEANING = (
    "Whoever checks the domain's SPF record may make ten lookups (RFC 7208 section 4.6.4). With more the check "
    "fails, whoever sent the message. During a move the new provider's `include` comes on top of the old one's."
)
ADVICE = (
    "Take services out of the record that no longer send, before the new provider's is added. Do not list its "
    "addresses one by one: they change."
)

MOST = 10
ROOM = 1
"""What the new provider's own `include` takes at the least."""


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        lookups = domain.spf_lookups
        if lookups is not None and lookups + ROOM > MOST:
            verdict = "more than" if lookups > MOST else "so that no room is left for the new provider's within"
            found = f"It takes {count(lookups, 'lookup')}, {verdict} the {MOST} that are allowed."
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(domain.spf))
