"""Databases that programs keep open."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.databases"
CATEGORY = Category.WARNING
TITLE = "Databases among the files"
MEANING = (
    "A database that a program has open while it is copied may arrive torn: its beginning older than its end. The "
    "copy is byte for byte what was read, and still cannot be opened."
)
ADVICE = (
    "Find the program of each. Close it for the last pass, or take its own backup along as an application; copies "
    "of an open database are worth nothing."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.databases:
            found = f"{count(share.databases.total, 'file', 'files')} that look like databases."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.databases.examples))
