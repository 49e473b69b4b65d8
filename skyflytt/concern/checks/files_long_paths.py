"""Paths that are too long for Windows or SharePoint."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number

ID = "files.long-paths"
CATEGORY = Category.WARNING
TITLE = "Very long paths"
MEANING = (
    "Paths of more than 250 characters below the share: many Windows programs end at 260, drive letter included. Above 400, SharePoint "
    "and OneDrive refuse them."
)
ADVICE = "Have folders shortened at the source, or tell their owners which programs will not open them."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.paths_over_250 and share.longest_path:
            over_400 = share.paths_over_400
            found = (
                f"{count(share.paths_over_250.total, 'path')} longer than 250 characters, {number(over_400.total)} of them longer than "
                f"400; the longest has {number(share.longest_path.characters)}."
            )
            examples = dict.fromkeys((*over_400.examples, *share.paths_over_250.examples))
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(examples))
