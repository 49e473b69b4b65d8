"""Applications whose licence nobody is known to hold."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "application.licence-without-owner"
CATEGORY = Category.WARNING
TITLE = "Nobody is known to hold the licence"
MEANING = (
    "Without the licence's holder an application cannot be activated at the new home, and its data cannot be opened."
)
ADVICE = "Find out who holds the licence (often the provider rents it out) and write it as `licence_owner` into the project file."


def check(facts: Facts) -> Iterator[Concern]:
    for application in facts.project.applications:
        if application.licence_owner is None:
            found = f"The project file names no holder of the licence of {application.product}."
            yield Concern(ID, CATEGORY, f"application {application.name}", found)
