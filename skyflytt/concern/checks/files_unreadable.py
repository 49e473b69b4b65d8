"""Files and folders that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "files.unreadable"
CATEGORY = Category.CRITICAL
TITLE = "Files and folders that cannot be read"
MEANING = "The account of the migration may not read them, or their names are not UTF-8. Of what such a folder holds nothing is known."
ADVICE = "Have the account given the right to read everything, and bad names corrected at the source; then run the discovery again."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.unreadable:
            found = f"{count(share.unreadable.total, 'entry', 'entries')} cannot be read."
            yield Concern(ID, CATEGORY, f"share {share.share}", found, some(share.unreadable.examples))
