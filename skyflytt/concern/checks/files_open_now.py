"""Marks that programs leave beside files they have open."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.open-now"
CATEGORY = Category.ADVISORY
TITLE = "Files that somebody has open"
MEANING = (
    "Beside these documents lies the mark of a program that has them open now, or that once crashed. Windows "
    "servers refuse to give a file that is open in that way; those are tried again in the next pass."
)
ADVICE = (
    "Run the last pass outside of business hours, with everybody signed out. Marks that are weeks old can be deleted."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.open_now:
            found = f"{count(share.open_now.total, 'mark')} of a file that somebody has open."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.open_now.examples))
