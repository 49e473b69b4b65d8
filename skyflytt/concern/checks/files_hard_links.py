"""Files with several names, each of which becomes a file of its own."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.hard-links"
CATEGORY = Category.ADVISORY
TITLE = "Files with several names become several files"
MEANING = "A hard link is one file under several names. Each name is copied as a file, so they take more room and no longer change together."
ADVICE = (
    "Where that matters, as in a backup that links unchanged files, copy the newest version only or plan for the room."
)


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.hard_links:
            found = f"{count(share.hard_links.total, 'name')} of files that have more than one."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.hard_links.examples))
