"""Licences of people who do not sign in."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "licence.holder-gone"
CATEGORY = Category.ADVISORY
TITLE = "Licences whose holders are gone"
MEANING = (
    "Licences are held by accounts that are shut out, or of which nothing was seen for 90 days. They are paid for, "
    "and would be bought anew at the new home."
)
ADVICE = (
    "Ask the customer who has left. Their mailboxes may be handed over as exports, and need no licence at the new home."
)


def check(facts: Facts) -> Iterator[Concern]:
    for one in facts.around.directories:
        idle = [licence for licence in one.licences if licence.idle]
        if idle:
            found = f"{count(sum(licence.idle.total for licence in idle), 'unit')} of {count(len(idle), 'licence')}."
            shown = (f"{licence.name}: {holder}" for licence in idle for holder in licence.idle.examples)
            yield Concern(ID, CATEGORY, f"directory {one.directory}", found, some(shown))
