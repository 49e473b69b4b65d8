"""Shares that are mostly old."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.share_facts import OLD_YEARS
from skyflytt.concern.words import count, size

ID = "files.untouched-for-years"
CATEGORY = Category.ADVISORY
TITLE = "Most of it nobody has changed for years"
MEANING = (
    "More than half of the bytes were last changed over five years ago. They are moved, verified and paid for like "
    "the rest."
)
ADVICE = (
    "Offer the customer to move them into an archive first, or to leave behind what no law wants kept; it shortens "
    "every pass."
)

LEAST_BYTES = 1_000_000_000
"""Less than that is no matter of time or money."""


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.old_bytes > LEAST_BYTES and share.old_bytes * 2 > share.size_bytes:
            part = f"{share.old_bytes * 100 // share.size_bytes} %"
            found = f"{count(share.old_files, 'file')}, {size(share.old_bytes)} ({part}), not changed for {OLD_YEARS} years."
            yield Concern(ID, CATEGORY, f"share {share.share}", found)
