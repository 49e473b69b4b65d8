"""Licences that are paid for and not given to anybody."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "licence.unused"
CATEGORY = Category.ADVISORY
TITLE = "Licences that nobody uses"
MEANING = (
    "More units are bought than given to anybody. They are paid for until they are given back, often with a period "
    "of notice of their own."
)
ADVICE = (
    "Give them back now: notice for licences is often longer than for the service. Buy for the new home what is "
    "used, not what was bought."
)


def check(facts: Facts) -> Iterator[Concern]:
    for one in facts.around.directories:
        spare = [
            (licence, licence.total - licence.held)
            for licence in one.licences
            if licence.total and licence.total > licence.held
        ]
        if spare:
            found = (
                f"{count(sum(units for _, units in spare), 'unit')} of {count(len(spare), 'licence')} without a holder."
            )
            shown = (f"{licence.name}: {units} of {licence.total}" for licence, units in spare)
            yield Concern(ID, CATEGORY, f"directory {one.directory}", found, some(shown))
