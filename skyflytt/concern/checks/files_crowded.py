"""Folders that hold more than programs show quickly."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.crowded-folder"
CATEGORY = Category.ADVISORY
TITLE = "Folders with very many entries"
MEANING = (
    "A folder holds more than 5,000 entries. SharePoint shows no more in a view, Explorer takes minutes, and each "
    "pass lists all of it."
)
ADVICE = (
    "Have them sorted into folders by year or first letter where programs allow it. Folders that a program writes "
    "are best left alone."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.crowded:
            found = f"{count(share.crowded.total, 'folder')} with more than 5,000 entries each."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.crowded.examples))
