"""Shares without a file."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.empty-share"
CATEGORY = Category.WARNING
TITLE = "An empty share"
MEANING = (
    "The folder is there, and no file in it comes along. Either it is not in use, or the path in the project file "
    "is not the one that people work in."
)
ADVICE = "Ask its users where their files are, and correct the path or take the share out of the project."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if not share.files:
            path = facts.project.share(share.share).source.path
            left = (
                f"; {count(share.excluded_items, 'entry is', 'entries are')} excluded" if share.excluded_items else ""
            )
            found = f"No file below {path}, in {count(share.folders, 'folder')}{left}."
            yield Concern(ID, CATEGORY, f"share {share.share}", found)
