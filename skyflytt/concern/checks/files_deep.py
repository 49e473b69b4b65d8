"""Very deep trees."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.deep-folders"
CATEGORY = Category.ADVISORY
TITLE = "Folders below folders below folders"
MEANING = (
    "These files lie more than 15 folders deep. Their paths are long by themselves, and often it is a copy of a "
    "folder within itself."
)
ADVICE = "Look whether something was copied into itself. If so, have the inner copies removed before the first pass."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.deep:
            found = f"{count(share.deep.total, 'file')} more than 15 folders deep."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.deep.examples))
